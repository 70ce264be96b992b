import Fleet
import Foundation
import HTTPTypes
import Store
import TestSupport
import Testing

@testable import Service

@Suite("The server itself")
struct ServerTests {
    @Test("It says that it lives, whether it is ready and why, and what it measured")
    func health() async throws {
        let service = try RunningService.shared.get()
        #expect(try await service.ask("GET", "/livez", token: nil).object["status"] as? String == "alive")
        let ready = try await service.ask("GET", "/readyz", token: nil)
        #expect(ready.status == 200)
        let checks = try #require(try ready.object["checks"] as? [[String: any Sendable]])
        #expect(checks.compactMap { $0["name"] as? String } == ["queue", "index", "decoder"])
        #expect(checks.last?["detail"].map { "\($0)".contains("sandbox") } == true)
        let metrics = try await service.ask("GET", "/metrics", token: nil)
        #expect(metrics.text.contains(#"moire_http_request_seconds_count{method="GET",route="/readyz",status="200"}"#))
    }

    @Test("It is not ready when the queue's folder is gone, and says so")
    func notReady() async throws {
        let service = try RunningService()
        try FileManager.default.removeItem(atPath: "\(service.home)/queue/inbox")
        let ready = try await service.ask("GET", "/readyz", token: nil)
        #expect(ready.status == 503)
        #expect(ready.text.contains(#""name":"queue","ok":false"#))
    }

    @Test("Its document names every operation that it answers, and no other")
    func document() async throws {
        let service = try RunningService.shared.get()
        let document = try await service.ask("GET", "/v1/openapi.json", token: nil).object
        let paths = try #require(document["paths"] as? [String: [String: any Sendable]])
        let told = Set(paths.flatMap { path, operations in operations.keys.map { "\($0.uppercased()) \(path)" } })
        let home = NSTemporaryDirectory() + "moire-endpoints-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let desk = try ServiceDesk(home: .named(home), options: ServiceOptions())
        let answered = Set(
            ServiceServer(desk: desk) { "" }.apiEndpoints.map { endpoint in
                let parts = endpoint.path.split(separator: "/", omittingEmptySubsequences: false)
                    .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
                return "\(endpoint.method.rawValue) \(parts.joined(separator: "/"))"
            })
        #expect(told == answered)
        for (path, operations) in paths {
            for (method, operation) in operations {
                let scope = (operation as? [String: any Sendable])?["x-scope"] as? String
                let endpoint = ServiceServer(desk: desk) { "" }.apiEndpoints.first {
                    $0.method.rawValue == method.uppercased()
                        && $0.path == path.replacing("{", with: ":").replacing("}", with: "")
                }
                #expect(scope == endpoint?.scope?.rawValue, "\(method) \(path)")
            }
        }
        await desk.stop()
    }

    @Test("Over TLS it speaks TLS")
    func tls() async throws {
        let folder = NSTemporaryDirectory() + "moire-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(
            try Ran(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder)/key",
                    "-out",
                    "\(folder)/certificate",
                ]
            ).status == 0)
        let service = try RunningService(
            options: ["--tls-certificate", "\(folder)/certificate", "--tls-key", "\(folder)/key"])
        #expect(service.address.hasPrefix("https://"))
        let answer = try Ran(
            "/usr/bin/curl", ["--silent", "--cacert", "\(folder)/certificate", service.address + "/livez"])
        #expect(answer.text == #"{"status":"alive"}"#)
        #expect(
            try Ran("/usr/bin/curl", ["--silent", service.address.replacing("https", with: "http") + "/livez"])
                .status != 0)
    }

    @Test("What was answered with 202 outlives a killed service and a killed coordinator")
    func killed() async throws {
        let home = NSTemporaryDirectory() + "moire-killed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        var accepted: [String] = []
        for round in 0..<3 {
            let service = try RunningService(home: home)
            let answers = await withTaskGroup(of: String?.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let answer = try? await service.ask(
                            "POST", "/v1/jobs", json: #"{"url":"https://media.example/\#(round)/\#(index).mp4"}"#,
                            token: service.token)
                        return answer?.status == 202 ? try? answer?.object["id"] as? String : nil
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(60 + 60 * round))
                    service.stop()
                    return nil
                }
                var answers: [String?] = []
                for await answer in group { answers.append(answer) }
                return answers
            }
            accepted += answers.compactMap { $0 }
        }
        #expect(accepted.count > 0)
        // The coordinator takes in what the queue holds; every accepted job must be there.
        let service = try RunningService(withFleet: true, home: home)
        for id in accepted {
            var job = try await service.ask("GET", "/v1/jobs/\(id)", token: service.token)
            for _ in 0..<100 where try job.object["state"] as? String == "accepted" {
                try await Task.sleep(for: .milliseconds(50))
                job = try await service.ask("GET", "/v1/jobs/\(id)", token: service.token)
            }
            #expect(job.status == 200)
            #expect(try job.object["state"] as? String != "accepted")
        }
        service.stop()
    }

    @Test("Over the limit of open jobs it says 429 and when to come back, and takes nothing")
    func backlog() async throws {
        let service = try RunningService(withFleet: true, options: ["--open-jobs-max", "1"])
        defer { service.stop() }
        var refused: RunningService.Answer?
        for index in 0..<200 where refused == nil {
            let answer = try await service.post(
                "/v1/jobs", #"{"url":"https://192.0.2.1/\#(index).mp4","lane":"backfill"}"#)
            if answer.status == 429 { refused = answer }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(refused?.code == "overloaded")
        #expect(Int(refused?.headers["retry-after"] ?? "") ?? 0 > 0)
    }
}
