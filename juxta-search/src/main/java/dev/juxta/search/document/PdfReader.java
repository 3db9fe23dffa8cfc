package dev.juxta.search.document;

import dev.juxta.data.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/** Reads the text of a PDF page by page, in reading order. This class alone needs PDFBox, which is an optional dependency. */
final class PdfReader implements DocumentReader {

    @Override
    public void read(Path file, Sink sink) throws IOException {
        TextReader.requireSize(file);
        StringBuilder text = new StringBuilder();
        List<Integer> pages = new ArrayList<>();
        String title;
        try (PDDocument pdf = Loader.loadPDF(file.toFile())) {
            PDFTextStripper stripper = new PDFTextStripper();
            stripper.setSortByPosition(true);
            stripper.setLineSeparator("\n");
            for (int page = 1; page <= pdf.getNumberOfPages(); page++) {
                pages.add(text.length());
                stripper.setStartPage(page);
                stripper.setEndPage(page);
                text.append(stripper.getText(pdf));
            }
            title = Optional.ofNullable(pdf.getDocumentInformation().getTitle()).orElse("");
        } catch (InvalidPasswordException e) {
            throw new InputException("\"" + file + "\" is locked with a password");
        } catch (IOException e) {
            throw new InputException("\"" + file + "\" is no PDF that can be read: " + e.getMessage());
        } catch (RuntimeException e) { // over some damage PDFBox's own code stumbles
            throw new InputException("\"" + file + "\" is no PDF that can be read: it is damaged (" + e + ")");
        }
        if (text.toString().isBlank()) {
            throw new InputException("\"" + file + "\" has no text, only pictures; recognise it first (OCR)");
        }
        sink.accept(new SourceDocument(Optional.empty(), 0, title.strip(), text.toString(), List.of(), pages));
    }
}
