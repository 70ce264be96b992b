import Foundation
import Testing
import TestSupport

/// The whole fleet over a server on loopback, which is opened by its network.
@Suite("Videos by URL")
struct URLTests {
    private let server: MediaServer

    init() throws {
        server = try MediaServer(
            files: URL(fileURLWithPath: try Project.clip("kitchen-lab/ramen-in-ten.mp4")).deletingLastPathComponent()
                .path)
    }

    private func moire(_ arguments: [String]) throws -> Programs.Answer {
        // Proxies of the environment would turn every request into a failure.
        try Programs.run(
            "/usr/bin/env",
            [
                "http_proxy=http://127.0.0.1:9", "ALL_PROXY=http://127.0.0.1:9",
                Programs.folder.appendingPathComponent("moire").path,
            ]
                + arguments)
    }

    @Test("A run measures, matches and retries what comes by URL, and says of the rest why not")
    func run() throws {
        try Folder.with { home in
            let urls = [
                server.url("/file/ramen-in-ten.mp4"), server.url("/flaky/1/ramen-again.mp4"), server.url("/status/404"),
                "http://169.254.169.254/latest/meta-data/",
            ]
            let answer = try moire(
                ["run", "--home", home, "--no-report", "--format", "json", "--allow-urls-from", "127.0.0.0/8"] + urls)
            #expect(answer.status == 1, "\(answer.errors)")
            #expect(answer.errors.contains("http_status_404") && answer.errors.contains("url_refused"))
            let shown = try moire(["jobs", "list", "--home", home, "--format", "jsonl"]).objects()
            let outcomes = shown.map { ($0["outcome"] as? [String: Any])?["reason"] as? String }
            #expect(outcomes == ["ok", "ok", "http_status_404", "url_refused"])
            #expect(shown.map { $0["attempts"] as? Int } == [1, 2, 1, 1])
        }
    }

    @Test("Without being told, nothing on this machine or in its network is asked for")
    func refused() throws {
        for url in [server.url("/file/ramen-in-ten.mp4"), server.url("/seen", host: "localhost")] {
            let answer = try moire(["extract", "--format", "jsonl", url])
            #expect(answer.status == 1)
            let record = try #require(try answer.objects().first)
            #expect((record["outcome"] as? [String: Any])?["reason"] as? String == "url_refused")
        }
        let seen = try moire([
            "extract", "--allow-private-urls", "--format", "jsonl", server.url("/file/ramen-in-ten.mp4"),
        ])
        #expect(seen.status == 0, "\(seen.errors)")
    }

    @Test("What allows nothing is a wrong call")
    func usage() throws {
        #expect(try moire(["extract", "--allow-urls-from", "10.0.0.0/99", "http://a.example/"]).status == 2)
    }
}
