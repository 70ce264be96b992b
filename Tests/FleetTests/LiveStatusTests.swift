import Fleet
import Foundation
import JobQueue
import Records
import Store
import Testing

@Suite("The live view of a home")
struct LiveStatusTests {
    private func status(queued: Int, released: Int, done: Int, dead: Int) throws -> StoreStatus {
        let depths = [("queued", queued), ("released", released), ("done", done), ("dead", dead)]
            .map { #"{"lane":"live","state":"\#($0.0)","jobs":\#($0.1),"oldest_accepted_at":"2026-07-02T09:58:55Z"}"# }
        let text = """
            {"depths":[\(depths.joined(separator: ","))],
             "ended":[{"state":"done","kind":"complete","reason":"ok","jobs":\(done)},
                      {"state":"dead","kind":"crashed","reason":"killed_by_signal_11","jobs":\(dead)}],
             "events":0,"fingerprints":0,"fingerprints_to_index":0,"stale_results_refused":0,"cpu_seconds":0}
            """
        return try JSONDecoder().decode(StoreStatus.self, from: Data(text.utf8))
    }

    private func progress(
        _ id: String, attempt: Int, _ stage: AttemptProgress.Stage, pts: Double? = nil, duration: Double? = nil
    ) -> AttemptProgress {
        var job = JobSpec(key: id, path: "", video: VideoFacts(videoID: id))
        job.id = id
        return AttemptProgress(
            Claim(job: job, attempt: attempt, sequence: 1, crashes: 0, token: ""), stage: stage, pts: pts,
            duration: duration)
    }

    @Test("Depths, ages, workers with their jobs, outcomes and dead letters stand in one screen")
    func lines() throws {
        var live = LiveStatus()
        live.look(try status(queued: 90, released: 10, done: 0, dead: 0), workers: [], seconds: 0)
        let worker = WorkerState(
            worker: "worker-17", beat: "1", life: .living,
            held: [
                Attempt(jobID: "3f2a55aa77bb99cc", sequence: 1, attempt: 2),
                Attempt(jobID: "4c1e", sequence: 2, attempt: 1), Attempt(jobID: "5d", sequence: 3, attempt: 1),
            ],
            progress: [
                progress("3f2a55aa77bb99cc", attempt: 2, .decode, pts: 12.5, duration: 60),
                progress("4c1e", attempt: 1, .handIn),
                // Of an attempt before the one that runs.
                progress("5d", attempt: 0, .fetch),
            ])
        live.look(try status(queued: 64, released: 6, done: 28, dead: 2), workers: [worker], seconds: 10)
        #expect(
            live.lines(now: "2026-07-02T10:00:00Z") == [
                "2026-07-02T10:00:00Z   70 open, 3.0 a second, 180 a minute, 23 s left",
                "lane          queued  released   waiting      done      dead   oldest",
                "live              64         6         0        28         2   1:05",
                "workers",
                "  worker-17  living  3f2a55aa77bb (2) decode 12.5 of 60.0 s, 4c1e (1) hand in, 5d (1)",
                "outcomes",
                "         28  complete (ok)",
                "dead letters",
                "          2  crashed (killed_by_signal_11)",
            ])
    }

    @Test("The rate a second is of the last look, the rate a minute of the last minute")
    func rates() throws {
        var live = LiveStatus()
        // 600 in the first ten seconds, then one a second for two minutes.
        live.look(try status(queued: 1000, released: 0, done: 0, dead: 0), workers: [], seconds: 0)
        #expect(live.ratePerSecond == nil && live.secondsLeft == nil)
        live.look(try status(queued: 400, released: 0, done: 600, dead: 0), workers: [], seconds: 10)
        #expect(live.ratePerSecond == 60 && live.ratePerMinute == 3600)
        for second in stride(from: 20, through: 130, by: 10) {
            let done = 600 + second - 10
            live.look(
                try status(queued: 1000 - done, released: 0, done: done, dead: 0), workers: [],
                seconds: Double(second))
        }
        #expect(live.ratePerSecond == 1)
        #expect(live.ratePerMinute == 60)
        #expect(live.secondsLeft == 280)
    }

    @Test("When nothing ends there is no estimate, and when nothing is left none is needed")
    func standstill() throws {
        var live = LiveStatus()
        for second in [0.0, 2.0] {
            live.look(try status(queued: 5, released: 0, done: 1, dead: 0), workers: [], seconds: second)
        }
        #expect(live.lines(now: "2026-07-02T10:00:00Z")[0].hasSuffix("0.0 a second, 0 a minute, nothing ends"))
        live.look(try status(queued: 0, released: 0, done: 6, dead: 0), workers: [], seconds: 4)
        #expect(live.secondsLeft == 0)
    }
}
