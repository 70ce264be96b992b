import DecodeWire
import Frames
import Glibc
import Records

/// How one decode child ran, before anything it said is believed.
struct ChildRun {
    /// What made the supervisor end it.
    enum Stop: Equatable { case deadline, tooMuchOutput }

    var output: [UInt8] = []
    /// The decoder process said that it forked a child for the job.
    var hasStarted = false
    /// nil when the decoder process itself went away.
    var ending: ChildEnding?
    var stop: Stop?
    /// The kernel ended a process of the decoder's control group for its memory.
    var isOverMemory = false

    var cpuSeconds: Double { ending?.cpuSeconds ?? 0 }
    var peakBytes: Int64 { ending?.peakBytes ?? 0 }
    /// nil when the child did not come to the point of opening the media.
    var sandbox: Producer.SandboxLevel? { AnswerFrame.level(in: output) }

    /// nil when the child ended as it should, and its answer can be looked at.
    func failure(limits: DecodeLimits, deadlineSeconds: Double) -> Outcome? {
        switch stop {
        case .deadline:
            return Outcome(
                .timedOut, reason: "deadline",
                sentence: "Still decoding after \(Self.whole(deadlineSeconds)) seconds; raise the deadline if "
                    + "such files are wanted.")
        case .tooMuchOutput:
            return Outcome(
                .crashed, reason: "invalid_answer", sentence: "The decoder sent more than any file can hold.")
        case nil: break
        }
        if isOverMemory, ending?.signal != nil || ending == nil {
            return Outcome(
                .crashed, reason: "memory_limit",
                sentence: "The kernel ended the decoder at its limit of \(limits.memoryBytes >> 20) MiB of memory.")
        }
        guard let ending else {
            return Outcome(
                .crashed, reason: "decoder_gone", sentence: "The decoder process ended in the middle of the job.")
        }
        if let signal = ending.signal { return Self.failure(signal, ending, limits, deadlineSeconds) }
        guard ending.exitCode == ChildExit.done else {
            return Outcome(
                .crashed, reason: "exited_with_\(ending.exitCode ?? -1)",
                sentence: "The decoder gave up without an answer.")
        }
        return nil
    }

    private static func failure(
        _ signal: Int32, _ ending: ChildEnding, _ limits: DecodeLimits,
        _ deadlineSeconds: Double
    ) -> Outcome {
        if signal == SIGSYS {
            return Outcome(
                .crashed, reason: "sandbox_violation",
                sentence: "The decoder tried something that decoding never needs and was stopped; treat the "
                    + "file as an attack until somebody has looked.")
        }
        // The limit on processor time sends SIGXCPU, and SIGKILL to whoever ignores it.
        if signal == SIGXCPU || (signal == SIGKILL && ending.cpuSeconds >= deadlineSeconds) {
            return Outcome(
                .timedOut, reason: "cpu_limit",
                sentence: "Still decoding after \(whole(ending.cpuSeconds)) seconds of processor time.")
        }
        // A failed allocation ends a process by one of several signals; what it held tells.
        if Double(ending.peakBytes) >= 0.5 * Double(limits.memoryBytes) {
            return Outcome(
                .crashed, reason: "memory_limit",
                sentence: "The decoder held \(ending.peakBytes >> 20) MiB when it failed; its limit is "
                    + "\(limits.memoryBytes >> 20) MiB.")
        }
        return Outcome(
            .crashed, reason: "killed_by_signal_\(signal)",
            sentence: "The decoder was ended by signal \(signal); keep the file, it shows a flaw.")
    }

    private static func whole(_ seconds: Double) -> Int { Int(seconds.rounded()) }
}
