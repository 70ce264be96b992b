import Glibc

/// Divides a thread's processor time among stages. Made only for who asked for it: a look at the clock is a system call,
/// some 0.2 µs, and a second of video has a few hundred.
public final class StageClock {
    /// Nanoseconds.
    private var spent = [Int64](repeating: 0, count: ExtractStage.allCases.count)
    private var current: Int
    private var since: Int64
    private let now: () -> Int64

    /// - Parameter now: nanoseconds of processor time; by default those of the calling thread.
    public init(stage: ExtractStage = .decode, now: @escaping () -> Int64 = StageClock.threadNanoseconds) {
        self.now = now
        current = Self.index(of: stage)
        since = now()
    }

    /// What is spent from here on is this stage's, until the next one is entered.
    public func enter(_ stage: ExtractStage) {
        let time = now()
        spent[current] += time - since
        since = time
        current = Self.index(of: stage)
    }

    /// Seconds of each stage up to now; a stage in which nothing was spent is not there.
    public func seconds() -> [ExtractStage: Double] {
        let time = now()
        spent[current] += time - since
        since = time
        let pairs = zip(ExtractStage.allCases, spent).filter { $0.1 > 0 }.map { ($0.0, Double($0.1) / 1e9) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static func index(of stage: ExtractStage) -> Int { ExtractStage.allCases.firstIndex(of: stage) ?? 0 }

    /// Processor time of the calling thread.
    public static func threadNanoseconds() -> Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
