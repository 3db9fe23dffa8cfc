package dev.juxta.torch;

import dev.juxta.checkpoint.Weight;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101), in libtorch's one pass over weight,
 * gradient and moments; step by step it would read and write each of them several times, and a step of a small model on a
 * large vocabulary is mostly that.
 */
@SuppressWarnings("try") // a scope frees what is made in it, and nothing names it
final class AdamW implements AutoCloseable {

    /**
     * The fused kernel has no function of its own in the Java binding, so a script calls it. It returns the lists because
     * the kernel is declared to write to them, not to their tensors: otherwise the call would be removed as dead code.
     */
    private static final String SCRIPT = """
            def adamw(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: Tensor, scale: Tensor,
                      lr: float, beta1: float, beta2: float, decay: float, eps: float):
                ps = [p]
                gs = [g]
                ms = [m]
                vs = [v]
                torch._fused_adamw_(ps, gs, ms, vs, [], [t], lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay,
                                    eps=eps, amsgrad=False, maximize=False, grad_scale=scale)
                return ps, gs, ms, vs
            """;

    /**
     * Running means of a weight's gradient.
     *
     * @param first of the gradient
     * @param second of its square
     */
    record Moments(Tensor first, Tensor second) {}

    private final Parameters parameters;
    private final CompilationUnit unit;
    private final Map<Weight, Moments> moments = new LinkedHashMap<>();
    private long steps;

    AdamW(Parameters parameters) {
        this.parameters = parameters;
        try (PointerScope scope = new PointerScope()) {
            this.unit = torch.compile(SCRIPT);
            this.unit.retainReference();
            for (Weight weight : parameters.trained()) {
                Tensor like = parameters.of(weight).detach();
                Moments zero = new Moments(torch.zeros_like(like), torch.zeros_like(like));
                zero.first.retainReference();
                zero.second.retainReference();
                moments.put(weight, zero);
            }
        }
    }

    Map<Weight, Moments> moments() {
        return moments;
    }

    long steps() {
        return steps;
    }

    void steps(long taken) {
        steps = taken;
    }

    /**
     * Moves every weight that has a gradient.
     *
     * @param divisor what gradients are divided by first
     */
    void step(AdamWOptions options, double divisor) {
        steps++;
        try (PointerScope scope = new PointerScope()) {
            Function update = unit.get_functions().get(0);
            IValue step = new IValue(Tensors.of(new float[] {steps}).squeeze());
            IValue scale = new IValue(Tensors.of(new float[] {(float) divisor}).squeeze());
            for (Map.Entry<Weight, Moments> entry : moments.entrySet()) {
                Tensor weight = parameters.of(entry.getKey());
                Tensor gradient = weight.grad();
                if (gradient.defined()) {
                    update.run(new IValueVector(
                            new IValue(weight.detach()),
                            new IValue(gradient),
                            new IValue(entry.getValue().first),
                            new IValue(entry.getValue().second),
                            step,
                            scale,
                            new IValue(options.learningRate(entry.getKey())),
                            new IValue(options.beta1()),
                            new IValue(options.beta2()),
                            new IValue(options.weightDecay(entry.getKey())),
                            new IValue(options.epsilon())));
                }
            }
        }
    }

    @Override
    public void close() {
        moments.values().forEach(pair -> {
            pair.first.releaseReference();
            pair.second.releaseReference();
        });
        moments.clear();
        unit.releaseReference();
    }
}
