package dev.juxta.cli.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The module table: what may depend on what. Within the core, packages are layers, and arrows point down. */
class ModuleTableTest {

    private static final JavaClasses JUXTA = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar")) // core's tests, which others build on
            .importPackages("dev.juxta");

    /** What a package of the core may use besides itself and the JDK. */
    private record Layer(String inside, String... uses) {
        @Override
        public String toString() {
            return inside;
        }
    }

    private static Stream<Layer> layers() {
        return Stream.of(
                new Layer("dev.juxta.data", "tools.jackson.."),
                new Layer("dev.juxta.measure"),
                new Layer("dev.juxta.checkpoint", "tools.jackson..", "org.snakeyaml.."),
                new Layer("dev.juxta.text", "dev.juxta.checkpoint", "ai.djl.huggingface..", "tools.jackson.."),
                new Layer("dev.juxta.ops", "dev.juxta.checkpoint"),
                new Layer(
                        "dev.juxta.model",
                        "dev.juxta.ops",
                        "dev.juxta.checkpoint",
                        "dev.juxta.text",
                        "tools.jackson.."),
                new Layer("dev.juxta.hub", "dev.juxta.checkpoint", "tools.jackson.."),
                new Layer("dev.juxta.engine", "dev.juxta.ops"),
                new Layer("dev.juxta.engine.reference", "dev.juxta.engine", "dev.juxta.ops", "dev.juxta.checkpoint"),
                new Layer(
                        "dev.juxta.onednn",
                        "dev.juxta.engine",
                        "dev.juxta.engine.reference",
                        "dev.juxta.ops",
                        "dev.juxta.checkpoint",
                        "org.bytedeco..",
                        "com.sun.jna.."),
                new Layer("dev.juxta.chat", "dev.juxta.text", "com.hubspot.jinjava.."),
                new Layer(
                        "dev.juxta",
                        "dev.juxta.checkpoint",
                        "dev.juxta.hub",
                        "dev.juxta.text",
                        "dev.juxta.ops",
                        "dev.juxta.model",
                        "dev.juxta.engine"),
                new Layer("dev.juxta.eval", "dev.juxta", "dev.juxta.data", "dev.juxta.measure", "tools.jackson.."),
                new Layer("dev.juxta.eval.report", "dev.juxta.eval", "dev.juxta.measure"),
                new Layer(
                        "dev.juxta.search",
                        "dev.juxta",
                        "dev.juxta.checkpoint",
                        "dev.juxta.data",
                        "dev.juxta.model",
                        "org.apache.lucene.."),
                new Layer(
                        "dev.juxta.search.document",
                        "dev.juxta.search",
                        "dev.juxta.data",
                        "org.jsoup..",
                        "org.apache.pdfbox..",
                        "tools.jackson.."),
                new Layer("dev.juxta.server.http", "io.netty..", "javax.crypto.."),
                new Layer("dev.juxta.server.queue"),
                new Layer("dev.juxta.server.metrics", "dev.juxta.server.queue", "io.prometheus.."),
                new Layer("dev.juxta.server.model", "dev.juxta", "dev.juxta.ops", "dev.juxta.server.queue"),
                new Layer(
                        "dev.juxta.server.dialect",
                        "dev.juxta",
                        "dev.juxta.engine",
                        "dev.juxta.model",
                        "dev.juxta.ops",
                        "dev.juxta.server.model",
                        "dev.juxta.server.queue",
                        "tools.jackson.."),
                new Layer(
                        "dev.juxta.server",
                        "dev.juxta",
                        "dev.juxta.server.dialect",
                        "dev.juxta.server.http",
                        "dev.juxta.server.metrics",
                        "dev.juxta.server.model",
                        "dev.juxta.server.queue",
                        "tools.jackson.."),
                new Layer(
                        "dev.juxta.torch",
                        "dev.juxta.engine",
                        "dev.juxta.ops",
                        "dev.juxta.checkpoint",
                        "org.bytedeco..",
                        "com.sun.jna.."),
                new Layer("dev.juxta.train.loss"),
                new Layer("dev.juxta.train.calibration"),
                new Layer("dev.juxta.train.mining", "dev.juxta"),
                new Layer("dev.juxta.train.labelling", "dev.juxta"),
                new Layer(
                        "dev.juxta.train",
                        "dev.juxta.train.calibration",
                        "dev.juxta",
                        "dev.juxta.measure",
                        "dev.juxta.train.loss",
                        "dev.juxta.torch",
                        "dev.juxta.checkpoint",
                        "dev.juxta.data",
                        "dev.juxta.engine",
                        "dev.juxta.measure",
                        "dev.juxta.model",
                        "dev.juxta.ops",
                        "dev.juxta.text",
                        "tools.jackson.."),
                new Layer(
                        "dev.juxta.cli.train",
                        "dev.juxta",
                        "dev.juxta.cli",
                        "dev.juxta.train",
                        "dev.juxta.train.calibration",
                        "dev.juxta.train.labelling",
                        "dev.juxta.train.loss",
                        "dev.juxta.train.mining",
                        "dev.juxta.search",
                        "dev.juxta.checkpoint",
                        "dev.juxta.data",
                        "dev.juxta.engine",
                        "dev.juxta.eval",
                        "dev.juxta.eval.report",
                        "dev.juxta.measure",
                        "dev.juxta.model",
                        "picocli",
                        "tools.jackson.."),
                new Layer(
                        "dev.juxta.cli",
                        "dev.juxta",
                        "dev.juxta.server",
                        "dev.juxta.server.http",
                        "dev.juxta.server.model",
                        "dev.juxta.search",
                        "dev.juxta.search.document",
                        "dev.juxta.checkpoint",
                        "dev.juxta.data",
                        "dev.juxta.engine",
                        "dev.juxta.eval",
                        "dev.juxta.eval.report",
                        "dev.juxta.hub",
                        "dev.juxta.measure",
                        "dev.juxta.model",
                        "dev.juxta.text",
                        "picocli",
                        "tools.jackson.."));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void arrowsPointDown(Layer layer) {
        String[] allowed = Stream.concat(
                        Stream.of(layer.inside(), "java..", "org.jspecify.annotations"), Stream.of(layer.uses()))
                .toArray(String[]::new);
        ArchRule rule = classes()
                .that()
                .resideInAPackage(layer.inside())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
        rule.check(JUXTA);
    }

    @Test
    void everyPackageHasItsLayer() {
        String[] known = layers().map(Layer::inside).toArray(String[]::new);
        classes().should().resideInAnyPackage(known).check(JUXTA);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.juxta.(**)").should().beFreeOfCycles().check(JUXTA);
    }

    @Test
    void opsKnowWeightsButNotFiles() {
        noClasses()
                .that()
                .resideInAPackage("dev.juxta.ops")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are of the checkpoint other than Weight",
                        (JavaClass target) -> target.getPackageName().equals("dev.juxta.checkpoint")
                                && !target.getName().startsWith("dev.juxta.checkpoint.Weight")))
                .check(JUXTA);
    }

    @Test
    void onlyTheTextPackageTouchesTheNativeTokenizer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.juxta.text")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(JUXTA);
    }

    @Test
    void theLibraryPrintsNothing() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.juxta.cli")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(JUXTA);
    }
}
