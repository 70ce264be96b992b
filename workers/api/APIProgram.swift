import ArgumentParser
import Service

/// The fleet's door for other systems and for people: serves, and keeps the tokens that open it.
@main struct APIProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moire-api", abstract: "Serve a home over HTTP: jobs, lookups, profiles, and the review console.",
        discussion: """
            EXAMPLES
              moire-api token create --home /var/lib/moire --name ingestion --scope submit
              moire-api serve --home /var/lib/moire --media-root /srv/uploads
              moire-api serve --home postgres://moire@db.internal/moire --host 0.0.0.0 --port 443 \\
                --tls-certificate cert.pem --tls-key key.pem
            """,
        subcommands: [Serve.self, TokenCommand.self], defaultSubcommand: Serve.self)
}
