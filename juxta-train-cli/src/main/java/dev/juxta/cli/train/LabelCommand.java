package dev.juxta.cli.train;

import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.cli.Json;
import dev.juxta.cli.LoadingOptions;
import dev.juxta.cli.OptionValues;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import dev.juxta.cli.UsageException;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.model.OutputActivation;
import dev.juxta.train.labelling.ClassTeachers;
import dev.juxta.train.labelling.RelevanceTeachers;
import dev.juxta.train.labelling.SilverLabel;
import dev.juxta.train.labelling.SimilarityTeachers;
import dev.juxta.train.labelling.Teachers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta label}: silver labels by one teacher or several. */
@Command(
        name = "label",
        description = "Label pairs or lists by one teacher or several, as training data.",
        footer = {
            "",
            "relevance: scores of pairs or of each query's documents; of several teachers the mean of their z-scores, sure"
                    + " where they agree. sts: likeness from 0 to 1, read both ways round. nli: the class with the highest"
                    + " mean probability. Labels that the input has already are compared with. Stopped, it goes on with"
                    + " --resume.",
            "",
            "Example: juxta label mined.jsonl --teacher embedded --teacher all-MiniLM-L6-v2 --out labelled.jsonl"
        })
final class LabelCommand implements Subcommand {

    /** Pairs by which teachers are brought to one scale. */
    private static final int SAMPLE = 1000;

    /** Pairs that are labelled, and written, together. */
    private static final int SLAB = 256;

    private final Session session;

    @picocli.CommandLine.Parameters(
            paramLabel = "FILE",
            description = ".tsv or .jsonl (maybe .gz): a and b, or query and documents, or what juxta mine writes.")
    private Path input = Path.of("");

    @Option(
            names = "--teacher",
            paramLabel = "M",
            required = true,
            description = "Cross-encoder or bi-encoder: directory, hub id, or embedded; several may be given.")
    private List<String> names = List.of();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            converter = TaskName.class,
            description = "relevance (default), sts or nli.")
    private Task task = Task.RELEVANCE;

    @Option(
            names = "--scale",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description = "Times the scores of relevance, as 20 for cosines that kl learns from; default: 1.")
    private double scale = 1;

    @Option(
            names = "--min-confidence",
            paramLabel = "X",
            converter = OptionValues.Part.class,
            description = "Abstain from labels that are less sure; default: 0.")
    private double minConfidence;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "JSONL that juxta train reads.")
    private Path out = Path.of("");

    @Option(names = "--resume", description = "Go on with what an earlier run has left, if there is something.")
    private boolean resume;

    @Option(names = "--json", description = "End with one JSON object.")
    private boolean json;

    @Mixin
    private final LoadingOptions model = new LoadingOptions();

    LabelCommand(Session session) {
        this.session = session;
    }

    /** What labels say. */
    enum Task {
        RELEVANCE,
        STS,
        NLI
    }

    private static final class TaskName implements ITypeConverter<Task> {
        @Override
        public Task convert(String value) {
            for (Task task : Task.values()) {
                if (task.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return task;
                }
            }
            throw OptionValues.wrong(value, "one of relevance, sts, nli");
        }
    }

    @Override
    public void run() throws IOException {
        for (String name : names) {
            model.check("--teacher", name);
        }
        List<TextPair> sample = new ArrayList<>();
        long[] items = new long[1];
        Unlabelled.read(input, item -> {
            items[0]++;
            if (item.list() && task != Task.RELEVANCE) {
                throw new InputException(input + ", line " + item.line() + " is a list, and --task "
                        + task.name().toLowerCase(Locale.ROOT) + " labels pairs; give a and b");
            }
            if (sample.size() < SAMPLE) {
                sample.addAll(item.pairs());
            }
        });
        List<ScoringModel> models = new ArrayList<>();
        try (GrowingFile file = GrowingFile.open(out, how(), resume, LabelCommand::line)) {
            for (String name : names) {
                models.add(model.openScorer(session, name));
            }
            label(teachers(models, sample), items[0], file);
        } finally {
            models.forEach(ScoringModel::close);
        }
    }

    private String how() {
        return task + ", " + names + ", " + scale + ", " + minConfidence + ", " + input + ", " + model.load()
                + model.reading();
    }

    private static String line(String row) {
        return JsonLine.find(row)
                .map(object -> object.path("line").asString(""))
                .orElse("");
    }

    private Teachers teachers(List<ScoringModel> models, List<TextPair> sample) {
        List<OptionedScorer> scorers = models.stream()
                .map(one -> new OptionedScorer(one, model.scoring()))
                .toList();
        if (task == Task.NLI) {
            try {
                return new ClassTeachers(
                        scorers, models.stream().map(one -> one.info().labels()).toList());
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
        }
        for (int i = 0; i < models.size(); i++) {
            int labels = models.get(i).info().labels().size();
            if (labels != 1) {
                throw new UsageException("--teacher " + names.get(i) + " has " + labels + " labels, and --task "
                        + task.name().toLowerCase(Locale.ROOT) + " takes teachers with one; choose --task nli");
            }
        }
        if (task == Task.STS) {
            return new SimilarityTeachers(scorers);
        }
        boolean probabilities =
                models.size() == 1 && models.get(0).info().activation().equals(OutputActivation.SIGMOID);
        if (models.size() == 1 && !probabilities && minConfidence > 0) {
            throw new UsageException(
                    "--min-confidence needs a teacher that gives probabilities, or several; the scores of "
                            + names.get(0) + " are none");
        }
        return new RelevanceTeachers(scorers, probabilities, sample);
    }

    private void label(Teachers teachers, long items, GrowingFile file) throws IOException {
        long after = file.last().map(Long::parseLong).orElse(0L);
        LabelReport report = new LabelReport(task);
        List<Unlabelled> slab = new ArrayList<>();
        int[] pairs = new int[1];
        try (WorkView view = new WorkView(session, "items", items - file.groups())) {
            Unlabelled.read(input, item -> {
                if (item.line() <= after) {
                    return;
                }
                slab.add(item);
                pairs[0] += item.seconds().size();
                if (pairs[0] >= SLAB) {
                    file.add(rows(teachers, slab, report));
                    slab.forEach(done -> view.advance());
                    slab.clear();
                    pairs[0] = 0;
                }
            });
            if (!slab.isEmpty()) {
                file.add(rows(teachers, slab, report));
                slab.forEach(done -> view.advance());
            }
        }
        file.finish();
        Map<String, Object> figures = report.figures();
        if (json) {
            session.out().line(Json.line(WorkView.object(figures).put("file", out.toString())));
        } else {
            session.out().line(report.summary() + "; they are in " + out);
        }
        session.out().flush();
    }

    private List<String> rows(Teachers teachers, List<Unlabelled> items, LabelReport report) {
        List<SilverLabel> labels = teachers.label(
                items.stream().flatMap(item -> item.pairs().stream()).toList());
        LabelRows rows = new LabelRows(
                task, scale, minConfidence, teachers instanceof ClassTeachers classes ? classes.classes() : List.of());
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (Unlabelled item : items) {
            List<SilverLabel> own = labels.subList(from, from + item.seconds().size());
            from += item.seconds().size();
            Optional<String> line = rows.of(item, own);
            line.ifPresent(lines::add);
            report.add(item, own, line.isPresent(), minConfidence, rows.classes());
        }
        return lines;
    }
}
