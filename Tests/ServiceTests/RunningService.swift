import Foundation
import FoundationNetworking
import Synchronization
import TestSupport
import Testing

/// The real programs, as built beside the tests: a service, and a fleet when it needs one. They end with this process,
/// however it ends, since it holds their standard input.
final class RunningService: Sendable {
    struct Trouble: Error, CustomStringConvertible { var description: String }

    /// A service with a whole fleet behind it, for every test that disturbs nobody.
    static let shared = Result { try RunningService(withFleet: true).endsWithProcess() }

    /// Where everything is that is no database's.
    let home: String
    /// The home as programs are told of it.
    private let homeOptions: [String]
    let address: String
    /// With every scope, of the tenant `default`.
    let token: String
    /// Whether the home is of this value's making, and goes with it.
    private let isOwner: Bool
    private let children: Mutex<[Process]>
    private let lifelines: Mutex<[Pipe]>

    /// - Parameters:
    ///   - database: keeps queue and tables, `postgres://…`; otherwise the home does.
    ///   - allowsPrivate: whether media may be fetched from, and webhooks be at, this machine itself.
    init(
        withFleet: Bool = false, home given: String? = nil, database: String? = nil, allowsPrivate: Bool = true,
        options: [String] = []
    ) throws {
        let home = given ?? NSTemporaryDirectory() + "moire-service-\(UUID().uuidString)"
        self.home = home
        isOwner = given == nil
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        homeOptions = ["--home", database ?? home] + (database == nil ? [] : ["--state-folder", home])
        token = try Self.makeToken(home: homeOptions)
        let (api, lifeline, output) = try Self.start(
            "moire-api",
            ["serve"] + homeOptions + ["--port", "0", "--with-parent", "--media-root", Project.clips]
                + (allowsPrivate ? ["--allow-private-urls"] : []) + options, log: "\(home)/api.log")
        var said = ""
        while let part = String(data: output.fileHandleForReading.availableData, encoding: .utf8), !part.isEmpty {
            said += part
            if said.contains("\n") { break }
        }
        guard let url = said.split(whereSeparator: \.isWhitespace).first(where: { $0.hasPrefix("http") }) else {
            let log = (try? String(contentsOfFile: "\(home)/api.log", encoding: .utf8)) ?? ""
            throw Trouble(description: "the service did not start: \(said) \(log)")
        }
        address = String(url)
        children = Mutex([api])
        lifelines = Mutex([lifeline])
        if withFleet { try startFleet() }
    }

    /// A coordinator, a worker and a scorer, once the coordinator has made the store.
    func startFleet() throws {
        for role in [["coordinator"], ["worker", "--slots", "2", "--allow-private-urls"], ["scorer"]] {
            let (child, lifeline, _) = try Self.start(
                "moire", [role[0]] + homeOptions + ["--with-parent"] + role.dropFirst(), log: "\(home)/\(role[0]).log")
            children.withLock { $0.append(child) }
            lifelines.withLock { $0.append(lifeline) }
        }
        let isOnDisk = !homeOptions.contains("--state-folder")
        for _ in 0..<200 where isOnDisk && !FileManager.default.fileExists(atPath: "\(home)/store.sqlite") {
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// Does the project's clips in one go, as `moire run` does, and then starts a fleet.
    func doFixtures() throws {
        let manifest = Project.root.appendingPathComponent("fixtures/manifest.jsonl").path
        // Three of the clips are broken on purpose, so it ends with 1.
        let ran = try Ran(Project.program("moire"), ["run"] + homeOptions + ["--manifest", manifest])
        guard ran.status == 1 else { throw Trouble(description: "the run ended with \(ran.status): \(ran.errors)") }
        try startFleet()
    }

    deinit { end() }

    /// Leaves nothing behind but a home that it was given.
    private func end() {
        stop()
        if isOwner { try? FileManager.default.removeItem(atPath: home) }
    }

    /// For a value that lives as long as the process, which no `deinit` ends.
    func endsWithProcess() -> RunningService {
        Self.lasting.withLock { $0.append(self) }
        atexit { RunningService.lasting.withLock { $0.forEach { $0.end() } } }
        return self
    }

    private static let lasting = Mutex<[RunningService]>([])

    func stop() {
        children.withLock { children in
            for child in children where child.isRunning {
                kill(child.processIdentifier, SIGKILL)
                child.waitUntilExit()
            }
            children = []
        }
    }

    static func makeToken(
        home: String, tenant: String = "default", scopes: [String] = ["submit", "lookup", "review", "admin"]
    ) throws -> String {
        try makeToken(home: ["--home", home], tenant: tenant, scopes: scopes)
    }

    private static func makeToken(
        home options: [String], tenant: String = "default",
        scopes: [String] = ["submit", "lookup", "review", "admin"]
    ) throws -> String {
        let ran = try Ran(
            Project.program("moire-api"),
            ["token", "create"] + options + ["--name", "test-\(tenant)", "--tenant", tenant]
                + scopes.flatMap { ["--scope", $0] })
        guard ran.status == 0 else { throw Trouble(description: "no token: \(ran.errors)") }
        return ran.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func token(tenant: String = "default", _ scopes: String...) throws -> String {
        try Self.makeToken(home: homeOptions, tenant: tenant, scopes: scopes)
    }

    private static func start(_ program: String, _ arguments: [String], log: String) throws -> (Process, Pipe, Pipe) {
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: Project.program(program))
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        return (process, input, output)
    }

    // MARK: Asking

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        /// The body as a JSON object.
        var object: [String: any Sendable] {
            get throws {
                let value = try JSONSerialization.jsonObject(with: body)
                return try #require(value as? [String: any Sendable], "\(text)")
            }
        }
        var items: [[String: any Sendable]] {
            get throws { try #require(try object["items"] as? [[String: any Sendable]], "\(text)") }
        }
        var code: String? { (try? object)?["code"] as? String }
        /// Which fields a problem names.
        var pointers: [String] {
            let errors = (try? object)?["errors"] as? [[String: any Sendable]]
            return errors?.compactMap { $0["pointer"] as? String } ?? []
        }
    }

    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 120
        configuration.httpMaximumConnectionsPerHost = 64
        return URLSession(configuration: configuration)
    }()

    /// - Parameter token: nil for none.
    func ask(
        _ method: String, _ path: String, json: String? = nil, body: Data? = nil, headers: [String: String] = [:],
        token: String?
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: address + path)))
        request.httpMethod = method
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let json {
            request.httpBody = Data(json.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        } else if let body {
            request.httpBody = body
            request.setValue("video/mp4", forHTTPHeaderField: "Content-Type")
        }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await Self.session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return Answer(
            status: http.statusCode,
            headers: Dictionary(
                http.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") },
                uniquingKeysWith: { first, _ in first }), body: data)
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await ask("GET", path, headers: headers, token: token)
    }

    func post(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> Answer {
        try await ask("POST", path, json: json, headers: headers, token: token)
    }

    /// Waits until a job has ended, and gives it.
    func ended(_ id: String, token: String? = nil) async throws -> [String: any Sendable] {
        for _ in 0..<600 {
            let job = try await ask("GET", "/v1/jobs/\(id)", token: token ?? self.token).object
            if ["done", "dead", "cancelled"].contains(job["state"] as? String) { return job }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Trouble(description: "job \(id) did not end in a minute")
    }
}

extension String {
    /// As a part of a path.
    var asPart: String { addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? self }
}
