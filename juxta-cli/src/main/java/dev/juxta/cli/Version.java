package dev.juxta.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "juxta " + (version == null ? "(built from source)" : version) + ", Java " + Runtime.version()
        };
    }
}
