import Foundation
import TestSupport
import Testing

@Suite("What is kept for a time")
struct HousekeepingTests {
    private func age(_ path: String, days: Double) throws {
        #expect(try Ran("/usr/bin/touch", ["-d", "\(Int(days * 24)) hours ago", path]).status == 0)
    }

    private func upload(_ bytes: Data, named id: String, to service: RunningService) async throws -> String {
        let answer = try await service.ask("POST", "/v1/jobs?video_id=\(id)", body: bytes, token: service.token)
        return try #require(try answer.object["id"] as? String)
    }

    private func files(in folder: String) -> Set<String> {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return Set(all.filter { ($0 as NSString).lastPathComponent.count == 64 })
    }

    private func wait(until condition: () -> Bool) {
        for _ in 0..<300 where !condition() { usleep(100_000) }
        #expect(condition())
    }

    @Test("Uploads that came last before the time that was set go, but for those of jobs that have not ended")
    func uploads() async throws {
        let home = NSTemporaryDirectory() + "moire-keeping-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let uploads = home + "/uploads"
        let clips = try ["tide-pool/reef-walk.mp4", "night-tram/last-tram.mp4", "desk-tour/small-desk.mp4"]
            .map { try Project.bytes(ofClip: $0) }
        let fleet = try RunningService(withFleet: true, home: home)
        _ = try await fleet.ended(try await upload(clips[0], named: "ended", to: fleet))
        _ = try await fleet.ended(try await upload(clips[1], named: "again", to: fleet))
        let known = files(in: uploads)
        fleet.stop()

        let service = try RunningService(home: home)
        for file in known { try age("\(uploads)/\(file)", days: 40) }
        // Its job ended long ago, and now its bytes come again.
        _ = try await upload(clips[1], named: "again", to: service)
        _ = try await upload(clips[2], named: "open", to: service)
        let open = try #require(files(in: uploads).subtracting(known).first)
        try age("\(uploads)/\(open)", days: 40)
        service.stop()
        #expect(files(in: uploads).count == 3)

        let keeping = try RunningService(home: home, options: ["--keep-uploads", "30"])
        wait { files(in: uploads).count == 2 }
        #expect(files(in: uploads).contains(open))
        keeping.stop()
    }

    @Test("Media that were uploaded to be looked up or banked are gone with the answer, whatever it was")
    func lent() async throws {
        let service = try RunningService()
        let clip = try Project.bytes(ofClip: "tide-pool/reef-walk.mp4")
        for (path, bytes, status) in [
            ("/v1/lookups", clip, 200), ("/v1/lookups", Data("no media".utf8), 200),
            ("/v1/lookups?limit=none", clip, 422), ("/v1/banks/films", Data("{}".utf8), 200),
            ("/v1/banks/films/references?id=reef", clip, 201),
        ] {
            let isBank = path == "/v1/banks/films"
            let answer = try await service.ask(
                isBank ? "PUT" : "POST", path, json: isBank ? "{}" : nil, body: bytes, token: service.token)
            #expect(answer.status == status, "\(path): \(answer.text)")
        }
        let left = FileManager.default.enumerator(atPath: service.home + "/uploads")?.compactMap { $0 as? String } ?? []
        #expect(left == ["incoming"])
    }

    @Test("Pictures of evidence go when they take more room than they may, those first that were made first")
    func pictures() throws {
        let home = NSTemporaryDirectory() + "moire-keeping-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let frames = home + "/console/frames"
        try FileManager.default.createDirectory(atPath: frames, withIntermediateDirectories: true)
        for (name, days) in [("old", 3.0), ("older", 4), ("new", 1), ("newest", 0.5)] {
            try Data(count: 1_000_000).write(to: URL(fileURLWithPath: "\(frames)/\(name).png"))
            try age("\(frames)/\(name).png", days: days)
        }
        let service = try RunningService(home: home, options: ["--pictures-max", "2500000"])
        func left() -> Set<String> { Set((try? FileManager.default.contentsOfDirectory(atPath: frames)) ?? []) }
        wait { left() == ["new.png", "newest.png"] }
        service.stop()
    }
}
