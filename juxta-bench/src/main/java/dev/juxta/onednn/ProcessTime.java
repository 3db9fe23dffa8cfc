package dev.juxta.onednn;

import java.lang.management.ManagementFactory;

/** Processor time: steadier than the clock where others use the cores too. */
final class ProcessTime {

    private ProcessTime() {}

    /** What all threads of this process have had so far, in nanoseconds. */
    static long nanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
