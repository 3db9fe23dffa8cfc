package dev.juxta.hub;

import dev.juxta.hub.HubException.Reason;
import dev.juxta.hub.HubHttp.Request;
import dev.juxta.hub.HubHttp.Subject;
import java.net.http.HttpHeaders;

/** What a hub means by an error, and what its user can do. */
final class Refusals {

    private Refusals() {}

    static HubException explain(HubSettings settings, Request request, int status, HttpHeaders headers) {
        String code = headers.firstValue("X-Error-Code").orElse("");
        Subject model = request.model();
        boolean known = settings.token().isPresent();
        String page = settings.endpoint() + "/" + model.id();
        String name = "\"" + model.id() + "\"";
        return switch (code) {
            case "GatedRepo" ->
                new HubException(
                        Reason.GATED,
                        name + " is gated: accept its terms at " + page
                                + (known
                                        ? " with the account of your token"
                                        : ", then set HF_TOKEN to a token of the account that did"));
            case "RevisionNotFound" ->
                new HubException(
                        Reason.NO_REVISION,
                        name + " has no revision \"" + model.revision() + "\"; name a branch, a tag or a commit that "
                                + page + "/tree/main lists");
            case "EntryNotFound" -> noFile(name, request);
            case "RepoNotFound" -> noModel(settings, name, known);
            default -> byStatus(settings, request, status, headers);
        };
    }

    private static HubException byStatus(HubSettings settings, Request request, int status, HttpHeaders headers) {
        String name = "\"" + request.model().id() + "\"";
        boolean known = settings.token().isPresent();
        String message = headers.firstValue("X-Error-Message")
                .map(text -> " (" + text.replaceAll("\\p{Cntrl}", " ") + ")")
                .orElse("");
        return switch (status) {
            case 401 ->
                known
                        ? new HubException(
                                Reason.FORBIDDEN,
                                settings.endpoint() + " does not accept your token" + message
                                        + "; set HF_TOKEN to a valid one, or unset it for a public model")
                        : noModel(settings, name, false);
            case 403 ->
                new HubException(
                        Reason.FORBIDDEN,
                        settings.endpoint() + " refuses access to " + name + message
                                + "; set HF_TOKEN to a token that may read it");
            case 404 -> noFile(name, request);
            case 429 ->
                new HubException(
                        Reason.UNREACHABLE,
                        settings.endpoint() + " has had too many requests from here" + message
                                + "; try again in some minutes" + (known ? "" : ", or set HF_TOKEN"));
            default ->
                new HubException(
                        Reason.UNREACHABLE,
                        settings.endpoint() + " answers " + status + message + " for " + name
                                + "; try again later, or check HF_ENDPOINT");
        };
    }

    private static HubException noFile(String name, Request request) {
        return new HubException(
                Reason.NO_FILE,
                name + " has nothing at " + request.address() + "; check its id, and HF_ENDPOINT if you set it");
    }

    private static HubException noModel(HubSettings settings, String name, boolean known) {
        return new HubException(
                Reason.NO_MODEL,
                name + " is no model of " + settings.endpoint() + ", or a private one; check its spelling"
                        + (known
                                ? ", and that your token may read it"
                                : ", or set HF_TOKEN to a token that may read it"));
    }
}
