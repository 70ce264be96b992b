import Foundation
import Synchronization

/// A PostgreSQL server of this test process: on loopback, in a temporary folder, gone with the process.
///
/// It forgets nothing that it should keep, but for a power cut: its own fsync is off, since a test kills
/// processes and not the machine.
public final class TestPostgres: Sendable {
    public struct Trouble: Error, CustomStringConvertible {
        public var description: String
    }

    /// The one server, started when it is first asked for.
    public static func shared() throws -> TestPostgres {
        try running.withLock { running in
            if let running { return running }
            let server = try TestPostgres()
            running = server
            return server
        }
    }

    private static let running = Mutex<TestPostgres?>(nil)

    private let port: Int
    private let programs: String
    private let count = Mutex(0)

    /// Debian's place for what a cluster is made with.
    private static func programs() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        guard let newest = versions.max() else {
            throw Trouble(description: "PostgreSQL's server is missing; install the package postgresql")
        }
        return "\(root)/\(newest)/bin"
    }

    private init() throws {
        programs = try Self.programs()
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-postgres-\(UUID().uuidString)").path
        port = Int.random(in: 20_000..<32_000)
        // Lives until its standard input ends, which happens at the latest with this process. The server refuses
        // to run as root.
        let script = """
            mkdir -p "$1"
            as=env
            if [ "$(id -u)" = 0 ]; then
                chown postgres "$1"
                as="setpriv --reuid=postgres --regid=postgres --clear-groups"
            fi
            cd "$1"
            $as "$2/initdb" --pgdata="$1/data" --auth=trust --username=moire --encoding=UTF8 --locale=C.UTF-8 --no-sync > log 2>&1
            $as "$2/postgres" -D "$1/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \\
                -c fsync=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=400 >> log 2>&1 < /dev/null &
            server=$!
            until "$2/pg_isready" -q -h 127.0.0.1 -p "$3"; do
                kill -0 "$server" 2> /dev/null || { cat log; exit 1; }
                sleep 0.05
            done
            echo ready
            cat > /dev/null
            kill -QUIT "$server"
            wait "$server"
            rm -rf "$1"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "sh", folder, programs, "\(port)"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        // Whoever waits for this process's streams to end need not wait for the server's.
        process.standardError = FileHandle.nullDevice
        try process.run()
        keptOpen.withLock { $0.append(input) }
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard said == "ready\n" else { throw Trouble(description: "PostgreSQL did not start: \(said)") }
    }

    /// Ends only with the process.
    private let keptOpen = Mutex<[Pipe]>([])

    /// The address of a new, empty database.
    public func database() throws -> String {
        let name = "t\(count.withLock { count in count += 1; return count })"
        try run("createdb", "-h", "127.0.0.1", "-p", "\(port)", "-U", "moire", "--template=template0", name)
        return "postgres://moire@127.0.0.1:\(port)/\(name)"
    }

    /// Statements, as somebody else would run them.
    @discardableResult
    public func sql(_ statements: String, in database: String) throws -> String {
        try run("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statements, database)
    }

    @discardableResult
    private func run(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(programs)/\(program)")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Trouble(description: "\(program): \(said)") }
        return said.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
