@testable import Fleet
import Foundation
import Records
import Testing

@Suite("The ids of a backfill's jobs, on disk")
struct BackfillJobsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func entry(_ number: Int) throws -> BackfillJobs.Entry {
        let spec = JobSpec(key: "k\(number)", path: "/a/\(number).mp4", video: VideoFacts(videoID: "\(number)"))
        return BackfillJobs.Entry(job: try #require(JobNumber(spec.id)), line: number)
    }

    @Test("An id is the same after it was a number")
    func numbers() throws {
        #expect(JobNumber("00f2a1b3c4d5e6f70123456789abcdef")?.text == "00f2a1b3c4d5e6f70123456789abcdef")
        for wrong in [
            "", "00F2A1B3C4D5E6F70123456789ABCDEF", "00f2a1b3c4d5e6f70123456789abcde",
            "+0f2a1b3c4d5e6f70123456789abcdef",
        ] {
            #expect(JobNumber(wrong) == nil)
        }
    }

    @Test("Pages give back what was appended, in order, after it was opened again too")
    func pages() throws {
        let path = folder.path("x.jobs")
        let entries = try (1...1201).map { try entry($0) }
        let list = try BackfillJobs(at: path, count: 0)
        try list.append(Array(entries[..<700]))
        try list.append(Array(entries[700...]))
        let again = try BackfillJobs(at: path, count: 1201)
        #expect(try again.page(from: 0, limit: 500) == Array(entries[..<500]))
        #expect(try again.page(from: 1000, limit: 500) == Array(entries[1000...]))
        #expect(try again.page(from: 1201, limit: 500).isEmpty)
    }

    @Test("What lies behind the count was never accepted, and is cut off; less than the count is refused")
    func cut() throws {
        let path = folder.path("x.jobs")
        do {
            let list = try BackfillJobs(at: path, count: 0)
            try list.append(try (1...10).map { try entry($0) })
        }
        let list = try BackfillJobs(at: path, count: 6)
        try list.append([try entry(77)])
        #expect(try list.page(from: 5, limit: 9).map(\.line) == [6, 77])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 7 * 24)
        #expect(throws: FleetError.self) { try BackfillJobs(at: path, count: 8) }
    }
}
