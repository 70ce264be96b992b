import Foundation
@testable import JobQueue
import Records
import Testing

@Suite("The file queue")
struct FileQueueTests {
    @Test("A ticket's name sorts by sequence and reads back; any other name is not a ticket's")
    func names() throws {
        let attempt = Attempt(jobID: "0123abcd", sequence: 42, attempt: 1)
        #expect(JobName(attempt).text == "0000000000000042.0123abcd.0001")
        #expect(JobName(parsing: "0000000000000042.0123abcd.0001")?.attempt == attempt)
        #expect(JobName(attempt).next.text == "0000000000000042.0123abcd.0002")
        for other in [
            "beat", "42.0123abcd.1", "0000000000000042.0123ABCD.0001", "0000000000000042..0001",
            "0000000000000042.0123abcd.0001.x", "-000000000000042.0123abcd.0001", "", "..", "0000000000000042.a/b.0001",
        ] {
            #expect(JobName(parsing: other) == nil, "\(other)")
        }
    }

    @Test("A claimable ticket's name begins with its rank, so that names sort by rank and then by sequence")
    func ranks() throws {
        var released = ticket("a", sequence: 42)
        released.rank = 7
        let text = "0000000000000007.0000000000000042.\(released.job.id).0000"
        #expect(ReadyName(released).text == text)
        #expect(ReadyName(parsing: text) == ReadyName(released))
        #expect(ReadyName(parsing: JobName(released).text) == nil)
        #expect(ReadyName(parsing: "7.\(JobName(released).text)") == nil)
    }

    @Test("A sealed file is read only when every byte is as it was written")
    func sealed() throws {
        let whole = try SealedFile.seal(["a": 1], as: .ticket)
        #expect(
            String(decoding: whole, as: UTF8.self)
                == "moire.ticket/1 015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862\n{\"a\":1}")
        #expect(SealedFile.open([String: Int].self, from: whole, as: .ticket) == ["a": 1])
        #expect(SealedFile.open([String: Int].self, from: whole, as: .result) == nil)
        for length in 0..<whole.count {
            #expect(
                SealedFile.open([String: Int].self, from: whole.prefix(length), as: .ticket) == nil, "cut at \(length)")
        }
        for index in 0..<whole.count {
            var turned = whole
            turned[index] ^= 1
            #expect(SealedFile.open([String: Int].self, from: turned, as: .ticket) == nil, "byte \(index)")
        }
    }

    @Test("A spoiled result is reported as an attempt without one, and put aside when it is discarded")
    func spoiledResult() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        let attempt = Attempt(jobID: "aa", sequence: 1, attempt: 1)
        try Data("moire.result/1 00\n{}".utf8)
            .write(to: URL(fileURLWithPath: "\(folder.path)/q/results/\(JobName(attempt).text)"))
        let arrived = try queue.results(limit: 10)
        #expect(arrived == [ArrivedResult(attempt: attempt, result: nil)])
        try queue.discard(arrived)
        #expect(try queue.results(limit: 10).isEmpty)
        #expect(try queue.counts().spoiled == 1)
    }

    @Test("A spoiled ticket is not run; its claim goes back to the coordinator and the next is taken")
    func spoiledTicket() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        try queue.release([ticket("a", sequence: 1), ticket("b", sequence: 2)])
        let name = ReadyName(ticket("a", sequence: 1)).text
        try Data().write(to: URL(fileURLWithPath: "\(folder.path)/q/ready/live/\(name)"))
        let worker = try queue.worker(named: "w")
        #expect(try worker.claim()?.job.key == "b")
        #expect(try queue.returned() == [Attempt(jobID: job("a").id, sequence: 1, attempt: 1)])
    }

    @Test("A ticket under another's name is not run")
    func misnamedTicket() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        try queue.release([ticket("a", sequence: 1), ticket("b", sequence: 2)])
        let ready = folder.path + "/q/ready/live/"
        let (first, second) = (ReadyName(ticket("a", sequence: 1)).text, ReadyName(ticket("b", sequence: 2)).text)
        try Data(contentsOf: URL(filePath: ready + second)).write(to: URL(filePath: ready + first))
        let worker = try queue.worker(named: "w")
        #expect(try worker.claim(upTo: 9).map(\.job.key) == ["b"])
        #expect(try queue.returned() == [Attempt(jobID: job("a").id, sequence: 1, attempt: 1)])
    }

    @Test("Sweeping leaves the unfinished file of a living writer alone and removes a dead one's")
    func sweep() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        let inbox = folder.path + "/q/inbox/"
        let living = try #require(try LockFile(taking: inbox + ".unfinished-living"))
        _ = try LockFile(taking: inbox + ".unfinished-dead")
        try queue.sweep()
        #expect(try queue.disk.allNames(in: inbox) == [".unfinished-living"])
        withExtendedLifetime(living) {}
    }

    @Test("A worker that leaves gives back what it holds and removes its folder")
    func leave() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        try queue.release([ticket("a", sequence: 1)])
        let worker = try queue.worker(named: "host 7/π")
        #expect(worker.worker.hasPrefix("host_7__~"))
        _ = try worker.claim()
        try worker.leave()
        #expect(try queue.returned().count == 1)
        #expect(try queue.disk.allNames(in: folder.path + "/q/claimed").isEmpty)
    }

    @Test("The mount that holds a folder decides, and network and FUSE mounts are refused")
    func mounts() {
        let table = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 22 0:26 / /srv/archive rw,relatime shared:9 master:2 - nfs4 nas:/export rw,vers=4.2
            31 30 8:2 / /srv/archive/local rw - xfs /dev/sdb1 rw
            32 22 0:40 / /home/ann/my\\040films rw - fuse.sshfs ann@far:/ rw
            33 22 0:41 / /mnt rw - ext4 /dev/sdc1 rw
            34 33 0:42 / /mnt rw - cifs //server/share rw
            """
        let types = [
            "/home": "ext4", "/srv/archive": "nfs4", "/srv/archive/x/queue": "nfs4", "/srv/archives": "ext4",
            "/srv/archive/local/q": "xfs", "/home/ann/my films/q": "fuse.sshfs", "/mnt/q": "cifs",
        ]
        for (path, type) in types { #expect(MountTable.type(of: path, in: table) == type, "\(path)") }
        #expect(["nfs4", "fuse.sshfs", "fuseblk", "cifs", "9p"].allSatisfy(MountTable.isRefused))
        #expect(!["ext4", "xfs", "btrfs", "tmpfs", "overlay", "virtiofs", "zfs"].contains(where: MountTable.isRefused))
        #expect(MountTable.type(of: "/x", in: "garbage\n1 2 3") == nil)
    }

    @Test("Names given at one moment still sort in the order of submission")
    func fastSubmissions() throws {
        let folder = try TestFolder()
        let queue = try FileQueue(root: folder.path + "/q")
        let jobs = (0..<50).map { job("\($0)") }
        for job in jobs { try queue.submit([job]) }
        #expect(try queue.inbox(limit: 100).flatMap(\.messages) == jobs.map { .job($0) })
    }
}
