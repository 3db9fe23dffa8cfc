package dev.juxta.cli.train;

import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.checkpoint.ModelCard;
import dev.juxta.cli.Json;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import dev.juxta.cli.UsageException;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.train.BaseModel;
import dev.juxta.train.Example;
import dev.juxta.train.ExampleFile;
import dev.juxta.train.ExampleSource;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta distill}: a faster model that learned what a cross-encoder says. */
@Command(
        name = "distill",
        description = "Teach a smaller or faster model what a cross-encoder says of a data set.",
        footer = {
            "",
            "The teacher scores all documents once, into teacher-….jsonl beside the student; labels of the data are not"
                    + " looked at. The student begins with the teacher's own layers, all or some of them, or with those of"
                    + " --base.",
            "",
            "Example: juxta distill --teacher embedded --student-layers 2 --data mined.jsonl --epochs 1 --out small",
            "or: juxta distill --teacher embedded --into bi-encoder --base sentence-transformers/all-MiniLM-L6-v2"
                    + " --data mined.jsonl --epochs 1 --out vectors"
        })
final class DistillCommand implements Subcommand {

    /** Queries that are scored, and written, together. */
    private static final int SLAB = 32;

    private final Session session;

    @Option(
            names = "--teacher",
            paramLabel = "M",
            description = "Cross-encoder with one label: directory, hub id, or embedded (default).")
    private String teacher = EmbeddedCheckpoint.DEFAULT.id();

    @Mixin
    private final StudentSettings student = new StudentSettings();

    @Option(
            names = "--base",
            paramLabel = "M",
            description =
                    "What the student begins with, if not the teacher: directory or hub id of any encoder. A bi-encoder"
                            + " keeps its pooling and prompts, a ColBERT model its markers.")
    private Optional<String> base = Optional.empty();

    @Mixin
    private final TrainingData data = new TrainingData();

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            converter = TrainingSettings.LossName.class,
            description = "kl (default), margin-mse, listnet, or for cross-encoders mse.")
    private Loss loss = Losses.named("kl");

    @Mixin
    private final TrainingSettings settings = new TrainingSettings();

    @Mixin
    private final ValidationOptions validation = new ValidationOptions();

    @Mixin
    private final BaseOptions files = new BaseOptions();

    DistillCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        check();
        CheckpointFiles checkpoint = files.files(session, teacher);
        CheckpointFiles begin = base.isPresent() ? files.latest(session, base.get()) : checkpoint;
        List<Example> asked = data.read(loss, settings.seed());
        try (ExampleSource dev = validation.open();
                BaseModel model = student.open(begin, loss, settings.seed(), settings.maxLength())) {
            List<Example> examples = taught(checkpoint, asked);
            Recipe recipe = new Recipe(
                    student.kind(),
                    base.orElse(teacher),
                    begin,
                    data.sources(),
                    examples.size(),
                    loss,
                    settings.options(examples.size()),
                    remarks(checkpoint));
            files.run(session).run(model, ExampleSource.of(examples), validation.of(dev), recipe);
        }
    }

    private void check() {
        settings.check();
        student.check();
        validation.check();
        files.check("--teacher", teacher);
        base.ifPresent(name -> files.check("--base", name));
        if (!student.kind().embeds() && base.isEmpty() && !student.cutsLayers()) {
            throw new UsageException(
                    "nothing makes the student another model than the teacher; give --student-layers N,"
                            + " --base M, or --into bi-encoder or colbert");
        }
        List<String> losses = student.kind().embeds()
                ? List.of("kl", "margin-mse", "listnet") // mse: a similarity has not the size of a logit
                : List.of("kl", "margin-mse", "mse", "listnet");
        if (!losses.contains(loss.name())) {
            throw new UsageException("--loss " + loss.name() + " does not teach a " + student.kind()
                    + " the scores of a teacher; choose one of " + String.join(", ", losses));
        }
    }

    private List<String> remarks(CheckpointFiles checkpoint) throws IOException {
        List<String> remarks = new ArrayList<>(student.remarks());
        String licence = ModelCard.read(checkpoint)
                .license()
                .map(name -> ", licence " + name)
                .orElse("");
        remarks.add(
                base.isPresent()
                        ? "Its labels are the scores of `" + teacher + "`" + licence + "."
                        : "Its labels are that model's scores.");
        return remarks;
    }

    /** The examples with the teacher's scores as labels, which an earlier run may have found. */
    private List<Example> taught(CheckpointFiles checkpoint, List<Example> asked) throws IOException {
        int texts = asked.stream()
                .map(example -> List.of(example.query(), example.documents()))
                .toList()
                .hashCode();
        String how = teacher + " (" + checkpoint.location() + ") on " + asked.size() + " examples of " + data.sources()
                + ", texts " + Integer.toHexString(texts);
        Path scores = files.out().resolve("teacher-" + Integer.toHexString(how.hashCode()) + ".jsonl");
        if (!Files.exists(scores)) {
            Files.createDirectories(files.out());
            try (GrowingFile file = GrowingFile.open(scores, how, files.resume(), DistillCommand::number);
                    ScoringModel model = ScoringModel.load(checkpoint, LoadOptions.defaults())) {
                if (model.info().labels().size() != 1) {
                    throw new InputException("a teacher has one label, and " + teacher + " has "
                            + model.info().labels().size());
                }
                score(model, asked, file);
            }
        }
        List<Example> taught = ExampleFile.read(scores);
        if (taught.size() != asked.size()) {
            throw new InputException("\"" + scores + "\" has the scores of " + taught.size()
                    + " examples, and now there are " + asked.size() + "; remove it, or name another folder");
        }
        return taught;
    }

    private static String number(String row) {
        return JsonLine.find(row)
                .map(object -> object.path("number").asString(""))
                .orElse("");
    }

    private void score(ScoringModel model, List<Example> asked, GrowingFile file) throws IOException {
        int from = (int) file.groups();
        try (WorkView view = new WorkView(session, "queries scored", asked.size() - from)) {
            for (int begin = from; begin < asked.size(); begin += SLAB) {
                List<Example> slab = asked.subList(begin, Math.min(asked.size(), begin + SLAB));
                List<TextPair> pairs = slab.stream()
                        .flatMap(example ->
                                example.documents().stream().map(document -> new TextPair(example.query(), document)))
                        .toList();
                List<Score> scores = model.score(pairs);
                List<String> lines = new ArrayList<>();
                int next = 0;
                for (int i = 0; i < slab.size(); i++) {
                    Example example = slab.get(i);
                    ObjectNode row = Json.object().put("number", begin + i).put("query", example.query());
                    ArrayNode documents = row.putArray("documents");
                    example.documents().forEach(documents::add);
                    ArrayNode logits = row.putArray("scores");
                    for (int j = 0; j < example.documents().size(); j++) {
                        logits.add(scores.get(next++).logit());
                    }
                    lines.add(Json.line(row));
                    view.advance();
                }
                file.add(lines);
            }
        }
        file.finish();
    }
}
