package dev.juxta.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TorchAttentionTest {

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElse(""));
    }

    private static Attention<Tensor> attention(Tensor rows) {
        return new Attention<>(rows, rows, rows, 1, 1, 1, Mask.FULL, Optional.empty(), Optional.empty(), Queries.ALL);
    }

    /** Either way gives the same numbers, so that only this tells which one was taken. */
    @Test
    void isFusedInFp32Alone() {
        Tensor rows = Tensors.of(new float[8], 2, 4);
        assertThat(TorchAttention.isFused(attention(rows))).isTrue();
        assertThat(TorchAttention.isFused(attention(rows.to(ScalarType.BFloat16))))
                .isFalse();
    }
}
