package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.SafeTensorsWriter;
import dev.juxta.checkpoint.Weight;
import dev.juxta.data.AtomicFile;
import dev.juxta.train.Trainer.Progress;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A trained model as a folder that transformers, sentence-transformers and Juxta load. */
final class ModelFolder {

    /** What a tokenizer may consist of, and the network in Python where it is Juxta's own. */
    private static final List<String> BESIDES = List.of(
            GatedStart.MODELING,
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "sentencepiece.bpe.model",
            "spiece.model",
            "spm.model",
            "tokenizer.model");

    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ModelFolder() {}

    /** Writes a model that was trained. */
    static void write(Path out, BaseModel base, Loss loss, List<Weight> weights, Progress end) throws IOException {
        if (base.kind().embeds()) {
            Files.createDirectories(out);
            for (String name : StudentFiles.besides(base.files())) {
                Path file = out.resolve(name);
                Files.createDirectories(file.getParent());
                Files.write(file, base.files().read(name));
            }
            List<String> folders = base.settings().architecture().weightFolders();
            for (String folder : folders) {
                Files.createDirectories(out.resolve(folder));
                write(out.resolve(folder), within(folder, weights));
            }
            List<Weight> own = Stream.concat(weights.stream(), base.idle().stream())
                    .filter(weight -> folders.stream().noneMatch(folder -> isWithin(folder, weight)))
                    .toList();
            write(out, base.files(), own, config(base), card(base, loss, end));
        } else {
            write(out, base.files(), weights, config(base, loss), card(base, loss, end));
        }
    }

    private static boolean isWithin(String folder, Weight weight) {
        return weight.name().startsWith(folder + ".");
    }

    private static List<Weight> within(String folder, List<Weight> weights) {
        return weights.stream()
                .filter(weight -> isWithin(folder, weight))
                .map(weight -> weight.named(weight.name().substring(folder.length() + 1)))
                .toList();
    }

    /** Writes a model with the tokenizer (and the Python) of {@code source}; {@code config.json}, without which it is none, comes last. */
    static void write(Path out, CheckpointFiles source, List<Weight> weights, ObjectNode config, String card)
            throws IOException {
        Files.createDirectories(out);
        for (String name : BESIDES) {
            boolean another = name.equals(GatedStart.MODELING) && !config.has("auto_map");
            if (source.contains(name) && !another) {
                Files.write(out.resolve(name), source.read(name));
            }
        }
        write(out, weights);
        AtomicFile.write(out.resolve("README.md"), writer -> writer.write(card));
        String text = PRETTY.writeValueAsString(config);
        AtomicFile.write(out.resolve("config.json"), writer -> writer.write(text));
    }

    private static void write(Path folder, List<Weight> weights) throws IOException {
        Path partial = folder.resolve("model.safetensors.partial");
        Files.deleteIfExists(partial);
        SafeTensorsWriter.write(partial, weights);
        Files.move(partial, folder.resolve("model.safetensors"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static ObjectNode config(BaseModel base) throws IOException {
        ObjectNode config = JsonFile.read(base.files(), "config.json").root().deepCopy();
        config.remove("torch_dtype");
        config.remove("juxta"); // a calibration was of the base's weights
        config.put("dtype", "float32");
        return config;
    }

    private static ObjectNode config(BaseModel base, Loss loss) throws IOException {
        ObjectNode config = config(base);
        if (!base.fresh().isEmpty()) {
            String modelType = base.settings().architecture().modelType();
            config.putArray("architectures")
                    .add(Heads.of(modelType).orElseThrow().modelClass());
            ObjectNode names = config.putObject("id2label");
            ObjectNode ids = config.putObject("label2id");
            for (int i = 0; i < base.labels(); i++) {
                names.put(Integer.toString(i), "LABEL_" + i);
                ids.put("LABEL_" + i, i);
            }
        }
        config.putObject("sentence_transformers")
                .put(
                        "activation_fn",
                        "torch.nn.modules." + (loss.teachesLogOdds() ? "activation.Sigmoid" : "linear.Identity"));
        return config;
    }

    private static String card(BaseModel base, Loss loss, Progress end) {
        return String.format(
                Locale.ROOT,
                """
                # A %s trained by Juxta
                Base: %s. Loss: %s, %.4f over the last steps. Steps: %d.

                %s
                """,
                base.kind(),
                base.files().location(),
                loss,
                end.loss(),
                end.step(),
                base.kind().meaning(loss));
    }
}
