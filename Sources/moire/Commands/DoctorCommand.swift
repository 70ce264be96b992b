import Aesthetics
import ArgumentParser
import Fleet
import Foundation
import JobQueue
import Records
import Store

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the machine: decoder, libraries, sandbox, file system of a home.",
        discussion: """
            EXAMPLES
              moire doctor
              moire doctor --home ./moire-home
            """)

    @Option(help: "Also check this home's file system and store.")
    var home: String?

    @OptionGroup var output: FormatOption

    struct Check: Encodable {
        var name: String
        var ok: Bool
        var finding: String
    }

    mutating func run() throws {
        var checks = Self.decoder() + [Self.onnxRuntime()]
        if let home { checks += Self.home(Home.named(home)) }
        if output.format == .text {
            for check in checks {
                Output.line("\(check.ok ? "ok   " : "FAIL ") \(StatusText.pad(check.name, 14)) \(check.finding)")
            }
        } else {
            try Output.values(checks, as: output.format)
        }
        if checks.contains(where: { !$0.ok }) { throw Failure(.environment) }
    }

    private static func decoder() -> [Check] {
        do {
            let found = try DecodeService(sandboxRequired: false).describe()
            let layers =
                "Landlock \(found.landlockABI > 0 ? "ABI \(found.landlockABI)" : "missing"), seccomp \(found.hasSeccomp ? "there" : "missing")"
            return [
                Check(name: "decoder", ok: true, finding: "\(found.path) (build \(found.build))"),
                Check(
                    name: "libraries", ok: !found.libraries.isEmpty, finding: found.libraries.joined(separator: ", ")),
                Check(
                    name: "sandbox", ok: found.sandbox != .none, finding: "level \(found.sandbox.rawValue): \(layers)"),
                Check(name: "memory cap", ok: true, finding: found.memoryCap.description),
            ]
        } catch {
            return [Check(name: "decoder", ok: false, finding: "\(error)")]
        }
    }

    /// Nobody needs it but who brings a model; only one that was named is missed.
    private static func onnxRuntime() -> Check {
        let name = "onnx runtime"
        let named = AestheticOptions.namedLibrary
        do {
            let runtime = try OnnxRuntime(library: named)
            return Check(name: name, ok: true, finding: "\(runtime.version) (\(runtime.library))")
        } catch {
            guard named == nil else { return Check(name: name, ok: false, finding: error.sentence) }
            return Check(
                name: name, ok: true, finding: "not installed; only moire extract --aesthetic-model needs it")
        }
    }

    private static func home(_ home: Home) -> [Check] {
        var checks: [Check] = []
        do {
            try home.prepare()
            _ = try home.openQueue()
            checks.append(Check(name: "home", ok: true, finding: "\(home.name) keeps what it is given"))
        } catch {
            return [Check(name: "home", ok: false, finding: "\(error)")]
        }
        guard home.hasStore else {
            return checks + [Check(name: "store", ok: true, finding: "not made yet")]
        }
        do {
            let status = try StoreReader(home: home).status()
            checks.append(Check(name: "store", ok: true, finding: "\(status.events) events, \(status.open) open jobs"))
        } catch {
            checks.append(Check(name: "store", ok: false, finding: "\(error)"))
        }
        return checks
    }
}
