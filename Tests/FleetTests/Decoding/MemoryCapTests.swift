@testable import Fleet
import Foundation
import Frames
import Records
import Testing
import TestSupport

/// What keeps a decode child from taking the machine's memory. Control groups are tried for real wherever this process
/// was given its own (as a systemd service with `Delegate=memory`, or at the root of a container's tree).
@Suite("Memory of decode children")
struct MemoryCapTests {
    private static var hasGroups: Bool { (try? DelegatedCgroup.found.get()) != nil }
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "A decoder that takes memory without end is ended by its control group, and the next file is served by the same process",
        .enabled(if: hasGroups, "no control group was delegated to this process"))
    func hungry() throws {
        let limits = DecodeLimits(memoryBytes: 256 << 20)
        let service = try DecodeService(decoderPath: folder.program("fake-hungry", for: "fake-decoder"), limits: limits)
        let input = try folder.file("input.mp4", Array("anything".utf8))
        #expect(try service.describe().memoryCap == .controlGroup)
        let before = Processes.named(folder.path("fake-hungry"))
        for _ in 0..<2 {
            let outcome = try service.extract(path: input).record.outcome
            #expect(
                outcome
                    == Outcome(
                        .crashed, reason: "memory_limit",
                        sentence: "The kernel ended the decoder at its limit of 256 MiB of memory."))
        }
        #expect(Processes.named(folder.path("fake-hungry")) == before)
    }

    @Test(
        "Real media are decoded in a control group, which goes with the service",
        .enabled(if: hasGroups, "no control group was delegated to this process"))
    func group() throws {
        let parent = try DelegatedCgroup.found.get().folder
        let program = try folder.program("grouped-decoder", for: "moire-decoder")
        let clip = try Clips.short()
        var group = ""
        do {
            let service = try DecodeService(decoderPath: program)
            #expect(try service.extract(path: clip).record.outcome.kind == .complete)
            let pid = try #require(Processes.named(program).first)
            let own = DelegatedCgroup.own(in: CgroupFile.read("/proc/\(pid)/cgroup") ?? "") ?? ""
            group = "\(parent)/\(own.split(separator: "/").last ?? "")"
            #expect(CgroupFile.read("\(group)/memory.max") == "\(DecodeLimits.standard.memoryBytes)")
        }
        #expect(group.contains("/decoder-\(getpid())-") && !FileManager.default.fileExists(atPath: group))
    }

    @Test("Where memory is short, the decode child goes first and not its parent")
    func order() throws {
        let program = try folder.program("first-to-go-decoder", for: "moire-decoder")
        let service = try DecodeService(decoderPath: program)
        var scores: Set<String> = []
        let extracted = try service.extract(path: try Clips.minute()) { _ in
            for pid in Processes.named(program) { scores.insert(CgroupFile.read("/proc/\(pid)/oom_score_adj") ?? "") }
        }
        #expect(extracted.record.outcome.kind == .complete)
        #expect(scores.contains("1000") && scores.count == 2, "\(scores)")
    }

    @Test("Where no group was given, the reason is told and address space is limited")
    func missing() {
        #expect(throws: DelegatedCgroup.Missing("this machine has no cgroup v2")) {
            try DelegatedCgroup.find(groups: "4:memory:/a\n", mounts: "proc /proc proc rw 0 0")
        }
        #expect(throws: DelegatedCgroup.Missing("its own group cannot be seen")) {
            try DelegatedCgroup.find(groups: "0::/a.slice/b.service\n", mounts: "cgroup2 /nowhere cgroup2 rw 0 0")
        }
    }

    @Test("The kernel's tables are read as cgroups(7) has them")
    func tables() {
        #expect(
            DelegatedCgroup.own(in: "4:memory:/x\n0::/system.slice/moire-worker.service")
                == "/system.slice/moire-worker.service")
        #expect(DelegatedCgroup.own(in: "1:name=systemd:/") == nil)
        #expect(
            DelegatedCgroup.mount(in: "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0")
                == "/sys/fs/cgroup")
        #expect(CgroupFile.number("oom_kill", in: "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0") == 2)
        #expect(CgroupFile.number("oom_kill", in: "") == nil)
    }
}
