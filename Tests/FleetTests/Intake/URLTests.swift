@testable import Fleet
import Foundation
import Records
import Testing

@Suite("URLs among the inputs")
struct URLIntakeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A URL is taken as it is, called by the end of its path, and says nothing of creator and time")
    func named() throws {
        let media = try MediaFiles(named: [
            "https://media.example/u/4711/clip%20one.mp4?sign=x", "HTTP://media.example",
        ])
        #expect(
            media.files.map(\.path) == ["https://media.example/u/4711/clip%20one.mp4?sign=x", "HTTP://media.example"])
        #expect(media.files.map(\.id) == ["4711/clip one.mp4", "media.example"])
        #expect(media.files.map(\.name) == ["clip one.mp4", "media.example"])
        let job = Submission.jobs(of: media.files)[0]
        #expect(job.path == job.key && job.path == "https://media.example/u/4711/clip%20one.mp4?sign=x")
        #expect(job.video == VideoFacts(videoID: "4711/clip one.mp4"))
        #expect(Submission.jobs(of: media.files, keyBy: .content)[0].key == job.key)
    }

    @Test("URLs with the same end are told apart by more of them")
    func shared() throws {
        let urls = ["https://a.example/x/v/1.mp4", "https://a.example/y/v/1.mp4", "https://a.example/y/v/1.mp4?r=2"]
        let media = try MediaFiles(named: urls + [urls[0]])
        #expect(
            media.files.map(\.id) == ["x/v/1.mp4", "https://a.example/y/v/1.mp4", "https://a.example/y/v/1.mp4?r=2"])
    }

    @Test("A manifest's path may be a URL, with the manifest's facts and key")
    func manifest() throws {
        let path = try folder.file(
            "m.jsonl",
            Array(
                """
                {"path": "https://media.example/a/1.mp4", "creator": "night-tram", "key": "k1", "video_id": "v1"}
                {"path": "http://media.example/a/2.mp4"}
                {"path": "a/2.mp4"}
                """.utf8))
        let jobs = Submission.jobs(of: try Manifest(at: path))
        #expect(jobs.map(\.key).prefix(2) == ["k1", "http://media.example/a/2.mp4"])
        #expect(
            jobs.map(\.path) == [
                "https://media.example/a/1.mp4", "http://media.example/a/2.mp4", folder.path("a/2.mp4"),
            ])
        #expect(jobs[0].video == VideoFacts(videoID: "v1", creator: "night-tram"))
        #expect(jobs[1].video == VideoFacts(videoID: "a/2.mp4"))
        #expect(jobs[2].video.creator == "a")
    }
}
