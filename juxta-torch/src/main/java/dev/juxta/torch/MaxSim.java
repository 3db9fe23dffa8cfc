package dev.juxta.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Σᵢ maxⱼ qᵢ·dⱼ over the vectors of a query's and a document's tokens (Khattab and Zaharia 2020, arXiv:2004.12832), and its
 * slopes by autograd. Vectors are given end to end, [tokens · width].
 */
@SuppressWarnings("try") // a scope frees what is made in it, and nothing names it
public final class MaxSim {

    private MaxSim() {}

    /** The similarities of a query with each document, [documents]. */
    public static float[] of(float[] query, List<float[]> documents, int width) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode off = new AutoGradMode(false)) {
            return Tensors.toFloats(similarities(matrix(query, width), matrices(documents, width)));
        }
    }

    /**
     * The slopes of Σ slope · similarity.
     *
     * @param slopes [documents]
     * @return by the query's numbers, then by each document's
     */
    public static List<float[]> slopes(float[] query, List<float[]> documents, int width, float[] slopes) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode on = new AutoGradMode(true)) {
            Tensor asked = matrix(query, width).set_requires_grad(true);
            List<Tensor> answers = matrices(documents, width);
            answers.forEach(answer -> answer.set_requires_grad(true));
            similarities(asked, answers)
                    .backward(
                            Tensors.of(slopes, slopes.length), new BoolOptional(), false, new TensorArrayRefOptional());
            List<float[]> all = new ArrayList<>();
            all.add(Tensors.toFloats(asked.grad()));
            answers.forEach(answer -> all.add(Tensors.toFloats(answer.grad())));
            return all;
        }
    }

    private static Tensor similarities(Tensor query, List<Tensor> documents) {
        List<Tensor> sums = new ArrayList<>();
        for (Tensor document : documents) {
            Tensor products = query.matmul(document.t()); // [query tokens, document tokens]
            sums.add(torch.max(products, 1).get0().sum());
        }
        return torch.stack(new TensorVector(sums.toArray(Tensor[]::new))); // [documents]
    }

    private static List<Tensor> matrices(List<float[]> texts, int width) {
        return texts.stream().map(text -> matrix(text, width)).toList();
    }

    private static Tensor matrix(float[] text, int width) {
        return Tensors.of(text, text.length / width, width);
    }
}
