package dev.juxta.train.loss;

/**
 * The mean over queries of T²·KL(softmax(t/T) ‖ softmax(s/T)) (Hinton et al. 2015, arXiv:1503.02531). Labels are the
 * teacher's scores t.
 *
 * @param temperature T; above 1 it lets the student see more of the teacher's order among the unlikely
 */
public record KlDivergence(double temperature) implements Loss {

    public KlDivergence {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("A temperature must be above 0, and is " + temperature);
        }
    }

    @Override
    public String name() {
        return "kl";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        double[] gradient = new double[batch.scores().length];
        double inverse = 1 / temperature;
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            int from = batch.offsets()[list];
            int to = batch.offsets()[list + 1];
            double logStudent = Softmax.logSum(batch.scores(), from, to, inverse);
            double logTeacher = Softmax.logSum(batch.labels(), from, to, inverse);
            for (int i = from; i < to; i++) {
                double student = batch.scores()[i] * inverse - logStudent;
                double teacher = batch.labels()[i] * inverse - logTeacher;
                sum += Math.exp(teacher) * (teacher - student);
                gradient[i] = temperature * (Math.exp(student) - Math.exp(teacher)) / batch.lists();
            }
        }
        return LossValue.of(temperature * temperature * sum / batch.lists(), gradient);
    }
}
