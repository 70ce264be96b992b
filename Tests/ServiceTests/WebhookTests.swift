import Foundation
import TestSupport
import Testing

@testable import Service

@Suite("Webhooks")
struct WebhookTests {
    @Test("The signature is that of the Standard Webhooks specification's own example")
    func vector() throws {
        let signature = try #require(WebhookSignature(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        #expect(
            signature.headers(
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Data(#"{"test": 2432232314}"#.utf8))
                == [
                    "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
                    "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                ])
        #expect(WebhookSignature(secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == nil)
    }

    @Test("A receiver is told of a job's end, again after it failed, with the same id and a signature that holds")
    func delivery() async throws {
        let service = try RunningService.shared.get()
        let token = try RunningService.makeToken(home: service.home, tenant: "hooks")
        let receiver = try HookReceiver(failures: 1)
        let made = try await service.ask(
            "POST", "/v1/webhooks", json: #"{"url":"\#(receiver.url)"}"#, token: token)
        #expect(made.status == 201)
        let secret = try #require(try made.object["secret"] as? String)
        let id = try #require(try made.object["id"] as? String)
        let clip = try Project.bytes(ofClip: "borrowed-tunes/paper-shapes.mp4")
        let job = try await service.ask("POST", "/v1/jobs?video_id=hooked", body: clip, token: token)
        let jobID = try #require(try job.object["id"] as? String)

        let messages = try receiver.wait(for: 2, seconds: 180)
        #expect(messages[0].headers["webhook-id"] == messages[1].headers["webhook-id"])
        let signature = try #require(WebhookSignature(secret: secret))
        for message in messages {
            let timestamp = try #require(Int64(message.headers["webhook-timestamp"] ?? ""))
            let expected = signature.headers(
                id: message.headers["webhook-id"] ?? "", timestamp: timestamp, body: message.body)
            #expect(expected[2] == "webhook-signature: \(message.headers["webhook-signature"] ?? "")")
        }
        let said = try #require(try JSONSerialization.jsonObject(with: messages[1].body) as? [String: Any])
        #expect(said["type"] as? String == "job.finished")
        let data = try #require(said["data"] as? [String: Any])
        #expect(data["id"] as? String == jobID)
        #expect(data["video_id"] as? String == "hooked")
        #expect(data["record"] != nil)

        // The same job, for a rule engine.
        let flatReceiver = try HookReceiver(failures: 0)
        _ = try await service.ask(
            "POST", "/v1/webhooks", json: #"{"url":"\#(flatReceiver.url)","format":"flat"}"#, token: token)
        _ = try await service.ask("POST", "/v1/jobs?video_id=hooked-flat&creator=c", body: clip, token: token)
        let flat = try #require(
            try JSONSerialization.jsonObject(with: flatReceiver.wait(for: 1, seconds: 180)[0].body) as? [String: Any])
        let event = try #require(flat["data"] as? [String: Any])
        #expect(event["schema"] as? String == "moire.job_finished/1")
        #expect(event["video_id"] as? String == "hooked-flat")
        #expect(event["creator"] as? String == "c")
        #expect(event.values.allSatisfy { $0 is String || $0 is NSNumber })

        var deliveries: [[String: any Sendable]] = []
        for _ in 0..<100 {
            deliveries = try await service.ask("GET", "/v1/webhooks/\(id)/deliveries", token: token).items
            if deliveries.allSatisfy({ $0["state"] as? String == "delivered" }) { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(deliveries.map { $0["state"] as? String } == ["delivered", "delivered"])
        #expect(deliveries.last?["attempts"] as? Int == 2)
        #expect(try await service.ask("DELETE", "/v1/webhooks/\(id)", token: token).status == 204)
        #expect(try await service.ask("GET", "/v1/webhooks/\(id)/deliveries", token: token).status == 404)
    }

    @Test("A webhook at a private address is made, and never sent to unless the operator allows it")
    func privateAddress() async throws {
        let service = try RunningService(withFleet: true, allowsPrivate: false)
        defer { service.stop() }
        let receiver = try HookReceiver(failures: 0)
        let made = try await service.post("/v1/webhooks", #"{"url":"\#(receiver.url)"}"#)
        let id = try #require(try made.object["id"] as? String)
        let job = try await service.ask(
            "POST", "/v1/jobs?video_id=private", body: Data("no media".utf8), token: service.token)
        _ = try await service.ended(try #require(try job.object["id"] as? String))
        var delivery: [String: any Sendable] = [:]
        for _ in 0..<200 where delivery["last_answer"] == nil {
            delivery = try await service.get("/v1/webhooks/\(id)/deliveries").items.first ?? [:]
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect((delivery["last_answer"] as? String)?.contains("not everybody's") == true, "\(delivery)")
        #expect(delivery["state"] as? String == "waiting")
        #expect(receiver.count == 0)
    }

    @Test("What is no address of a webhook is refused, with the field")
    func noAddress() async throws {
        let service = try RunningService.shared.get()
        for url in ["file:///etc/passwd", "http://u:p@example.org/", "nowhere"] {
            #expect(try await service.post("/v1/webhooks", #"{"url":"\#(url)"}"#).pointers == ["/url"])
        }
    }
}
