public import ArgumentParser
import Foundation
public import Service
import Store

extension Scope: ExpressibleByArgument {}

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke the tokens that open the service.",
        discussion: """
            EXAMPLES
              moire-api token create --home ./moire-home --name ingestion --scope submit --scope lookup
              moire-api token list --home ./moire-home
              moire-api token revoke --home ./moire-home 3f2a91c04b7d
            """,
        subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it; it is told this once.")

        @OptionGroup var home: HomeOptions
        @Option(help: "Who will bear it; decisions and the audit log carry this name.") var name: String
        @Option(help: "What it allows: submit, lookup, review or admin; repeatable.") var scope: [Scope]
        @Option(help: "Whose things it opens.") var tenant = "default"
        @Option(help: "When it ends, like 2027-01-01T00:00:00Z; never by default.") var expires: String?

        mutating func validate() throws {
            guard !scope.isEmpty else { throw ValidationError("give at least one --scope") }
            guard ServiceStore.isTenant(tenant) else {
                throw ValidationError("a tenant is 1 to 40 lower-case letters, digits and hyphens")
            }
            if let expires, (try? Date(expires, strategy: .iso8601)) == nil {
                throw ValidationError("--expires takes a time like 2027-01-01T00:00:00Z")
            }
        }

        func run() throws {
            let place = home.open()
            try place.prepare()
            print(
                try ServiceStore(home: place).makeToken(
                    name: name, tenant: tenant, scopes: Set(scope), expiresAt: expires))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tokens, without their secrets.")

        @OptionGroup var home: HomeOptions

        func run() throws {
            let place = home.open()
            try place.prepare()
            for token in try ServiceStore(home: place).tokens() {
                let end = token.revokedAt.map { "revoked \($0)" } ?? token.expiresAt.map { "until \($0)" } ?? "in force"
                let scopes = token.scopes.map(\.rawValue).joined(separator: " ")
                print("\(token.id)  \(token.tenant)  \(scopes)  \(end)  \(token.name)")
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put tokens out of force, within two seconds.")

        @OptionGroup var home: HomeOptions
        @Argument(help: "The tokens' ids.") var ids: [String]

        func run() throws {
            let place = home.open()
            try place.prepare()
            let store = try ServiceStore(home: place)
            for id in ids where try !store.revokeToken(id) {
                throw ValidationError("there is no token \(id) in force")
            }
        }
    }
}
