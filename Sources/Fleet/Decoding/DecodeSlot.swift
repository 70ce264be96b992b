import CSandbox
import DecodeWire
import FoundationEssentials
import Glibc
import Records

/// One decode at a time: keeps a decoder process ready, runs jobs in its children, and replaces it
/// when it is lost.
///
/// Blocks its caller; belongs to one thread at a time.
final class DecodeSlot {
    /// Attempts at starting a decoder process before the machine is blamed.
    private static let startsMax = 4
    /// First pause between them; it doubles.
    private static let startPauseSeconds = 0.05
    /// What a pipe holds.
    private static let pipeBytes = 1 << 16
    /// What a killed child gets to disappear before the whole decoder process is ended.
    private static let killGraceSeconds = 5.0

    private let path: String
    private let limits: DecodeLimits
    private let sandboxAtLeast: Producer.SandboxLevel
    /// Becomes readable when everything is to stop.
    private let cancelled: Int32
    private var process: DecoderProcess?
    /// Where control groups may be made; nil for a cap on address space alone.
    private let groups: DelegatedCgroup?
    /// The process's, while there is one.
    private var group: MemoryCgroup?

    init(
        path: String, limits: DecodeLimits, sandboxAtLeast: Producer.SandboxLevel, cancelled: Int32,
        groups: DelegatedCgroup?
    ) {
        self.path = path
        self.limits = limits
        self.sandboxAtLeast = sandboxAtLeast
        self.cancelled = cancelled
        self.groups = groups
    }

    /// Before `group`, which cannot go while the process is in it.
    deinit { drop() }

    /// What holds for the process that is ready.
    var memoryCap: DecodeService.MemoryCap {
        if group != nil { return .controlGroup }
        switch DelegatedCgroup.found {
        case .success: return .addressSpace(because: "a control group could not be made")
        case .failure(let missing): return .addressSpace(because: missing.description)
        }
    }

    /// The decoder process, started when there is none.
    func ready() throws(DecodeError) -> DecoderProcess {
        if let process { return process }
        var pause = Self.startPauseSeconds
        var starts = 0
        while true {
            starts += 1
            do {
                let fresh = try DecoderProcess(path: path, startSeconds: limits.startSeconds)
                process = fresh
                // Its address space stays capped where this does not come about.
                if let groups, let made = MemoryCgroup(in: groups, bytesMax: limits.memoryBytes), made.add(fresh.pid) {
                    group = made
                }
                return fresh
            } catch {
                // A missing or foreign program stays so; everything else may pass.
                let isLasting = error.code == .decoderMissing || error.code == .decoderMismatch
                guard !isLasting, starts < Self.startsMax else { throw error }
            }
            var watched = pollfd(fd: cancelled, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&watched, 1, Int32(pause * 1000)) > 0 { throw Self.stopped }
            pause *= 2
        }
    }

    /// Runs one task on an open file. `deadlineSeconds` are counted from the call.
    ///
    /// - Parameter progress: called on this thread with what the child says of itself, which may be a lie.
    func run(
        _ task: DecodeRequest.Task, media: Int32, deadlineSeconds: Double, outputBytesMax: Int,
        isRestarted: Bool = false, progress: (ProgressMark) -> Void = { _ in }
    ) throws(DecodeError) -> ChildRun {
        let process = try ready()
        let request = DecodeRequest(
            task: task, memoryBytes: group == nil ? limits.memoryBytes : limits.addressBytes,
            cpuSeconds: UInt64(deadlineSeconds.rounded(.up)) + 1, sandboxAtLeast: sandboxAtLeast)
        let message: [UInt8]
        do { message = [UInt8](try CanonicalJSON.encode(request)) } catch {
            preconditionFailure("a request that has no JSON: \(error)")
        }
        precondition(message.count <= DecodeRequest.bytesMax, "a request of \(message.count) bytes")
        do {
            var pipe = try Descriptor.pipe()
            try Self.send(message, media: media, result: pipe.takeSecond(), to: process)
            let kills = group?.kills ?? 0
            var run = try follow(process, pipe.takeFirst(), deadlineSeconds, outputBytesMax, progress)
            run.isOverMemory = (group?.kills ?? 0) > kills
            if run.ending == nil { drop() }
            guard !run.hasStarted, run.ending == nil, run.stop == nil, !isRestarted else { return run }
            throw WireError(.closed, "no child was started")
        } catch let error as WireError {
            guard error.code == .closed else {
                throw DecodeError(.resources, errno: error.errno, "No pipe for a decode child.")
            }
            // It died while it had nothing to do, and nobody has touched the media.
            drop()
            guard !isRestarted else { return ChildRun() }
            return try run(
                task, media: media, deadlineSeconds: deadlineSeconds, outputBytesMax: outputBytesMax,
                isRestarted: true, progress: progress)
        } catch let error as DecodeError {
            throw error
        } catch {
            throw DecodeError(.decoderFailed, "The decoder process failed: \(error).")
        }
    }

    /// Consumes our copy of the result pipe's write end, so that the child's is the only one left.
    private static func send(_ message: [UInt8], media: Int32, result: consuming Descriptor, to process: DecoderProcess)
        throws(WireError)
    {
        try Messages.send(message, descriptors: [media, result.raw], over: process.socket)
    }

    /// Reads the child's output and the process's reports until the child has ended, one way or other.
    private func follow(
        _ process: DecoderProcess, _ output: consuming Descriptor, _ deadlineSeconds: Double,
        _ outputBytesMax: Int, _ progress: (ProgressMark) -> Void
    ) throws(DecodeError) -> ChildRun {
        var run = ChildRun()
        var pidfd: Descriptor?
        var hasOutput = true
        var isKilled = false
        var isCancelled = false
        var deadline = ContinuousClock.now + .seconds(deadlineSeconds)
        _ = fcntl(output.raw, F_SETFL, O_NONBLOCK)

        while run.ending == nil {
            var watched = [
                pollfd(fd: process.socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isKilled ? -1 : cancelled, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasOutput ? output.raw : -1, events: Int16(POLLIN), revents: 0),
            ]
            let left = ContinuousClock.now.duration(to: deadline).milliseconds
            if unsafe poll(&watched, 3, Int32(clamping: left)) < 0 && errno != EINTR { break }

            var mustKill = false
            if watched[2].revents != 0 {
                hasOutput = Self.read(output.raw, into: &run.output)
                if let mark = ProgressMark.take(from: &run.output) { progress(mark) }
                if run.output.count > outputBytesMax, !isKilled {
                    run.stop = .tooMuchOutput
                    mustKill = true
                }
                // What a killed child still has in the pipe is thrown away.
                if isKilled || mustKill {
                    run.output.removeSubrange(min(run.output.count, AnswerFrame.preambleBytes)...)
                }
            }
            if watched[1].revents != 0 {
                isCancelled = true
                mustKill = true
            }
            if watched[0].revents != 0, try !receive(process, &run, &pidfd) { break }
            if run.ending == nil, ContinuousClock.now >= deadline {
                if isKilled { break }
                run.stop = run.stop ?? .deadline
                mustKill = true
            }
            if mustKill, !isKilled {
                isKilled = true
                deadline = ContinuousClock.now + .seconds(Self.killGraceSeconds)
                // Without a pidfd the child can only be ended together with its parent.
                guard let child = pidfd?.raw, moire_pidfd_signal(child, SIGKILL) == 0 else { break }
            }
        }
        if isCancelled {
            if run.ending == nil { drop() }
            throw Self.stopped
        }
        // The child is gone; what it wrote in time is still in the pipe.
        while hasOutput, run.stop == nil, run.output.count <= outputBytesMax {
            let before = run.output.count
            hasOutput = Self.read(output.raw, into: &run.output)
            if run.output.count == before { break }
            _ = ProgressMark.take(from: &run.output)
        }
        if run.output.count > outputBytesMax { run.stop = .tooMuchOutput }
        return run
    }

    /// One report; false when the process is gone or talks nonsense.
    private func receive(_ process: DecoderProcess, _ run: inout ChildRun, _ pidfd: inout Descriptor?)
        throws(DecodeError) -> Bool
    {
        let report: ZygoteReport
        do {
            var message = try Messages.receive(max: ZygoteReport.bytes, from: process.socket)
            report = try ZygoteReport(parsing: message.bytes)
            if let passed = message.first.take() { pidfd = consume passed }
        } catch {
            return false
        }
        switch report {
        case .started:
            run.hasStarted = true
            return true
        case .ended(let ending):
            run.ending = ending
            return true
        case .failed(let code):
            throw DecodeError(.resources, errno: code, "The decoder process could not start a child.")
        }
    }

    /// Reads what is there, at most a pipe's worth; false at the end of the output.
    private static func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        unsafe withUnsafeTemporaryAllocation(byteCount: pipeBytes, alignment: 16) { piece in
            let count = unsafe Glibc.read(descriptor, piece.baseAddress!, piece.count)  // not of size zero
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            return true
        }
    }

    private func drop() {
        process?.kill()
        process = nil
        group = nil
    }

    private static let stopped = DecodeError(.cancelled, "Stopped before the decode was done.")
}

extension Duration {
    /// Whole milliseconds, rounded up, never negative.
    fileprivate var milliseconds: Int64 {
        max(0, components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
