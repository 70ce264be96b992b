import EngineSupport
import Foundation
@testable import JobQueue
import Records
import Synchronization
import Testing

@Suite("Logs of records")
struct RecordLogTests {
    private static func bytes(of path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    /// The only log of a folder.
    private static func log(in folder: String) throws -> String {
        let names = try Disk().names(in: folder)
        #expect(names.count == 1)
        return "\(folder)/\(names.first ?? "")"
    }

    private static func keys(_ queue: FileQueue) throws -> [String] {
        try queue.inbox(limit: 100).flatMap(\.messages).map { message in
            if case .job(let spec) = message { spec.key } else { "\(message)" }
        }
    }

    @Test("A record says what it is, when, and how long, and proves it")
    func text() {
        let sealed = SealedRecord.seal(Data("{}".utf8), as: .inbox, name: "1", stamp: 42)
        #expect(
            String(decoding: sealed, as: UTF8.self)
                == "moire.inbox/2 42 1 2 71da1b47de09eb1efa826491e495d52a5732fe183cfb7bf0509665c39e078461\n{}\n")
    }

    @Test("A record is read only when every byte is as it was written")
    func everyByte() {
        let whole = SealedRecord.seal(Data("body".utf8), as: .result, name: "name", stamp: 7)
        func isWhole(_ bytes: [UInt8]) -> Bool {
            guard case .record(let found) = SealedRecord.next(in: bytes, at: 0, offset: 0, as: .result) else {
                return false
            }
            return found.body != nil
        }
        #expect(isWhole(whole))
        for length in 0..<whole.count { #expect(!isWhole(Array(whole.prefix(length))), "cut at \(length)") }
        for index in whole.indices {
            var turned = whole
            turned[index] ^= 1
            #expect(!isWhole(turned), "byte \(index)")
        }
    }

    @Test(
        "A damaged record is put aside, and those before and behind it are read", arguments: ["head", "length", "body"])
    func damaged(part: String) throws {
        let folder = try TestFolder()
        var writer: FileQueue? = try FileQueue(root: folder.path + "/q")
        for key in ["a", "b", "c"] { try writer?.submit([job(key)]) }
        writer = nil
        let log = try Self.log(in: folder.path + "/q/inbox")
        var text = String(decoding: try Self.bytes(of: log), as: UTF8.self)
        let lines = text.split(separator: "\n")
        let header = lines[2].split(separator: " ")
        let old = String(part == "body" ? lines[3] : lines[2])
        let new =
            switch part {
            case "head": "moire.inbux/2" + old.dropFirst(13)
            case "length": old.replacing(" \(header[3]) ", with: " 99999999 ")
            default: old.replacing("/b.mp4", with: "/x.mp4")
            }
        text = text.replacing(old, with: new)
        try Data(text.utf8).write(to: URL(filePath: log))
        let queue = try FileQueue(root: folder.path + "/q")
        let batches = try queue.inbox(limit: 100)
        #expect(try Self.keys(queue) == ["a", "c"])
        #expect(try queue.counts().spoiled == 1)
        try queue.discard(batches)
        #expect(try FileQueue(root: queue.root).inbox(limit: 100).isEmpty)
        #expect(try Disk().allNames(in: folder.path + "/q/inbox").isEmpty)
    }

    @Test("What a killed submitter wrote half of is passed over; what it had accepted is read")
    func torn() throws {
        let folder = try TestFolder()
        var writer: FileQueue? = try FileQueue(root: folder.path + "/q")
        try writer?.submit([job("a")])
        try writer?.submit([job("b")])
        let log = try Self.log(in: folder.path + "/q/inbox")
        let whole = try Self.bytes(of: log)
        let second = try #require(whole.range(of: Data("\nmoire.inbox/2".utf8))?.lowerBound) + 1
        let queue = try FileQueue(root: folder.path + "/q")
        for length in second..<whole.count {
            try whole.prefix(length).write(to: URL(filePath: log))
            #expect(try Self.keys(queue) == ["a"], "cut at \(length)")
        }
        // A place that the file system kept for it, and nothing in it.
        try (whole.prefix(second) + Data(count: 300)).write(to: URL(filePath: log))
        #expect(try Self.keys(queue) == ["a"])
        writer = nil
        try queue.discard(try queue.inbox(limit: 9))
        #expect(try Disk().allNames(in: folder.path + "/q/inbox").isEmpty)
        #expect(try queue.counts().spoiled == 0)
    }

    @Test(
        "A log that is taken goes with its writer and not before, and another process begins where the last one ended")
    func life() throws {
        let folder = try TestFolder()
        var writer: FileQueue? = try FileQueue(root: folder.path + "/q")
        let inbox = folder.path + "/q/inbox"
        try writer?.submit([job("a")])
        let reader = try FileQueue(root: folder.path + "/q")
        try reader.discard(try reader.inbox(limit: 9))
        #expect(try Disk().names(in: inbox).count == 1)
        #expect(try reader.counts().inbox == 0)
        try writer?.submit([job("b")])
        #expect(try Self.keys(try FileQueue(root: folder.path + "/q")) == ["b"])
        writer = nil
        #expect(try Self.keys(reader) == ["b"])
        try reader.discard(try reader.inbox(limit: 9))
        #expect(try Disk().allNames(in: inbox).isEmpty)
    }

    @Test("A log that has a mebibyte gets no more")
    func rotation() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        let jobs = (0..<9000).map { job("job number \($0)") }
        for start in stride(from: 0, to: 9000, by: 1500) { try queue.submit(Array(jobs[start..<(start + 1500)])) }
        #expect(try Disk().names(in: folder.path + "/q/inbox").count == 2)
        #expect(try queue.inbox(limit: .max).flatMap(\.messages) == jobs.map { .job($0) })
    }

    @Test("Messages of several submitters come in the order in which they were accepted")
    func merged() throws {
        let folder = try TestFolder()
        let writers = try (0..<3).map { _ in try FileQueue(root: folder.path + "/q") }
        for number in 0..<30 {
            try writers[number % 3].submit([job("\(number)")])
            usleep(50)
        }
        let reader = try FileQueue(root: folder.path + "/q")
        var keys: [String] = []
        while case let batches = try reader.inbox(limit: 7), !batches.isEmpty {
            #expect(batches.count <= 7)
            keys += batches.flatMap(\.messages).map { if case .job(let spec) = $0 { spec.key } else { "" } }
            try reader.discard(batches)
        }
        #expect(keys == (0..<30).map { "\($0)" })
    }

    @Test("A worker that hands in without pause does not keep another's results waiting")
    func turns() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        try queue.release((1...9).map { ticket("\($0)", sequence: Int64($0)) })
        let (busy, other) = (try queue.worker(named: "busy"), try queue.worker(named: "other"))
        func handIn(_ worker: FileWorkerQueue, _ count: Int) throws {
            for claim in try worker.claim(upTo: count) {
                try worker.finish(claim, with: result(of: claim, worker: "w"))
            }
        }
        try handIn(busy, 3)
        try handIn(other, 1)
        var seen: [[Int64]] = []
        for _ in 0..<3 {
            let arrived = try queue.results(limit: 2)
            seen.append(arrived.map(\.attempt.sequence))
            try queue.discard(arrived)
            try handIn(busy, 1)
        }
        #expect(seen == [[1, 2], [3, 4], [5, 6]])
    }

    @Test("Of a mark that was written half the one before counts")
    func marks() throws {
        let folder = try TestFolder()
        var mark = try LogMark(of: "log", in: folder.path, Disk())
        for offset in [10, 250, 990] { try mark.move(to: offset, isSynced: offset < 900, Disk()) }
        let path = folder.path + "/.taken-log"
        let whole = try Self.bytes(of: path)
        #expect(try LogMark(of: "log", in: folder.path, Disk()).offset == 990)
        for index in 0..<32 {
            var half = whole
            half[index] ^= 1
            try half.write(to: URL(filePath: path))
            var read = try LogMark(of: "log", in: folder.path, Disk())
            #expect(read.offset == 250, "byte \(index)")
            try read.move(to: 1000, isSynced: true, Disk())
            #expect(try LogMark(of: "log", in: folder.path, Disk()).offset == 1000, "byte \(index)")
        }
    }

    @Test("What an earlier build accepted is read")
    func earlierBuild() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        let messages = [InboxMessage.job(job("old")), .pause(.backfill)]
        try SealedFile.seal(messages, as: .inbox).write(
            to: URL(filePath: folder.path + "/q/inbox/00001700000000000000.5a"))
        try queue.submit([job("new")])
        let claim = Claim(job: job("old"), attempt: 1, sequence: 3, crashes: 0, token: "")
        let attempt = Attempt(jobID: claim.job.id, sequence: 3, attempt: 1)
        let brought = result(of: claim, worker: "w")
        try SealedFile.seal(brought, as: .result).write(
            to: URL(filePath: folder.path + "/q/results/\(JobName(attempt).text)"))
        let batches = try queue.inbox(limit: 9)
        #expect(batches.flatMap(\.messages) == messages + [.job(job("new"))])
        #expect(try queue.outstanding() == [claim.job.id: 1])
        let results = try queue.results(limit: 9)
        #expect(results == [ArrivedResult(attempt: attempt, result: brought)])
        try queue.discard(batches)
        try queue.discard(results)
        #expect(try queue.inbox(limit: 9).isEmpty && queue.results(limit: 9).isEmpty)
    }

    @Test("A worker lists the claimable tickets once, until the coordinator has added some")
    func listings() throws {
        let folder = try TestFolder()
        let lists = Mutex(0)
        var hooks = Disk.Hooks()
        hooks.looking = { (look, path) throws(QueueError) in
            if look == .list, path.contains("/ready/") { lists.withLock { $0 += 1 } }
        }
        let coordinator = try FileQueue(root: folder.path + "/q")
        let queue = try FileQueue(root: folder.path + "/q", disk: Disk(hooks: hooks))
        try coordinator.release((1...5).map { ticket("\($0)", sequence: Int64($0), rank: 5) })
        let worker = try queue.worker(named: "w")
        #expect(try (1...3).map { _ in try worker.claim()?.job.key } == ["1", "2", "3"])
        #expect(lists.withLock { $0 } == 1)
        try coordinator.release([ticket("urgent", sequence: 6, rank: 1)])
        #expect(try worker.claim(upTo: 9).map(\.job.key) == ["urgent", "4", "5"])
        // The other two lanes as well.
        #expect(lists.withLock { $0 } == 4)
        #expect(try worker.claim() == nil)
        #expect(lists.withLock { $0 } == 4)
    }
}
