import FingerprintIndex
import Foundation
import Frames
import JobQueue
import Records
import Store

/// A home of its own for one test, removed at the end.
final class TestHome: Sendable {
    let home: Home

    init() throws {
        home = Home(FileManager.default.temporaryDirectory.appending(path: "moire-store-\(UUID().uuidString)").path)
        try home.prepare()
    }

    deinit { try? FileManager.default.removeItem(atPath: home.root) }
}

let producer = Producer(name: "test", build: "1")
let noon = "2026-01-02T12:00:00Z"
let complete = Outcome(.complete, reason: "ok", sentence: "Decoded to its end.", decodedUntil: 8)

func job(_ key: String, lane: Lane = .live, creator: String? = nil) -> JobSpec {
    JobSpec(key: key, lane: lane, path: "/media/\(key).mp4", video: VideoFacts(videoID: key, creator: creator))
}

func accept(_ jobs: JobSpec..., in store: Store) throws {
    _ = try store.ingest(jobs.map { .job($0) }, at: noon, producer: producer)
    try store.markReleased(jobs.map(\.id))
}

func result(of spec: JobSpec, attempt: Int, outcome: Outcome = complete, worker: String = "w") -> JobResult {
    JobResult(
        jobID: spec.id, attempt: attempt, worker: worker,
        record: ExtractRecord(input: .init(path: spec.path, bytes: 9), outcome: outcome, producer: producer),
        fingerprint: Data([1, 2, 3]), cpuSeconds: 0.5)
}

func observed(_ spec: JobSpec, sequence: Int64 = 1) throws -> Event {
    try Event(
        tenant: "default", observedAt: noon, source: "test", producer: producer,
        body: .videoObserved(
            .init(
                video: spec.video, jobID: spec.id, sequence: sequence, path: spec.path, media: nil,
                outcome: complete)))
}

func edge(_ query: String, _ reference: String, creators: (String, String)) throws -> Event {
    let match = Match(
        query: query, reference: reference, bank: "uploads", score: 0.9, modality: .video, queryStart: 0,
        queryEnd: 8, referenceStart: 2, referenceEnd: 10, speed: 1, offset: 2, mirrored: false,
        queryCoverage: 1, referenceCoverage: 0.5, falseMatchRate: 1e-6, video: nil, audio: nil, method: "test/1")
    return try Event(
        tenant: "default", observedAt: noon, source: "test", producer: producer,
        body: .matchEdge(
            .init(
                match: match, queryCreator: creators.0, referenceCreator: creators.1,
                relation: .unknown, direction: .accepted)))
}

func settlement(
    _ spec: JobSpec, attempt: Int, sequence: Int64 = 1, _ kind: AttemptEnding.Kind = .committed,
    next: Settlement.Next = .done(complete)
) -> Settlement {
    Settlement(
        attempt: Attempt(jobID: spec.id, sequence: sequence, attempt: attempt),
        ending: AttemptEnding(attempt: attempt, kind: kind, worker: "w", detail: "For a test.", at: noon), next: next)
}

/// With result, events and fingerprint, as a good attempt ends.
func success(_ spec: JobSpec, attempt: Int) throws -> Settlement {
    var good = settlement(spec, attempt: attempt)
    good.result = result(of: spec, attempt: attempt)
    good.events = [try observed(spec)]
    good.fingerprint = .init(bytes: Data([1, 2, 3]))
    return good
}
