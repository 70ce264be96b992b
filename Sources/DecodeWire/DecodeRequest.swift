package import Records

/// What the supervisor asks of one decode child. Travels with the media descriptor and the write end
/// of the result pipe, in one message.
package struct DecodeRequest: Sendable, Codable, Equatable {
    /// Raised with every change that an older decoder would misread.
    package static let currentVersion = 4
    /// Longest message, bytes. A request is under 8 KiB at `picturesMax` times.
    package static let bytesMax = 16 * 1024
    /// Most pictures of one request; a report shows a handful per match.
    package static let picturesMax = 256
    /// Longest side of a picture that can be asked for, pixels.
    package static let pictureSideMax = 2048
    /// Longest side of a photo that a child may speak of, pixels; it decodes none that is larger.
    package static let photoSideMax = 16_384
    /// Largest spectrogram that can be asked for, pixels, and the longest stretch, seconds: a film's sound
    /// does not become readable on one picture.
    package static let spectrogramColumnsMax = 4096
    package static let spectrogramRowsMax = 512
    package static let spectrogramSecondsMax = 600.0

    package enum Task: Sendable, Codable, Equatable {
        /// One pass over the file: signals and fingerprints; a Chromaprint only when its length is given, and what the
        /// stages cost only where `timesStages`.
        case extract(chromaprint: ChromaprintLength? = nil, timesStages: Bool = false)
        /// A pass over the key frames alone.
        case triage(timesStages: Bool = false)
        /// The frames shown at `times`, seconds.
        case pictures(times: [Double], longestSide: Int)
        /// One photo's hash.
        case photo
        /// What sounds from `start` up to `end`, seconds.
        case spectrogram(start: Double, end: Double, columns: Int, rows: Int)
    }

    package var version: Int
    package var task: Task
    /// Address space of the child, bytes.
    package var memoryBytes: UInt64
    /// Processor time of the child, seconds.
    package var cpuSeconds: UInt64
    /// The child leaves without touching the media when it cannot reach this level.
    package var sandboxAtLeast: Producer.SandboxLevel

    enum CodingKeys: String, CodingKey {
        case version, task, memoryBytes = "memory_bytes", cpuSeconds = "cpu_seconds"
        case sandboxAtLeast = "sandbox_at_least"
    }

    package init(task: Task, memoryBytes: UInt64, cpuSeconds: UInt64, sandboxAtLeast: Producer.SandboxLevel) {
        self.version = Self.currentVersion
        self.task = task
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.sandboxAtLeast = sandboxAtLeast
    }
}

extension Producer.SandboxLevel {
    /// Higher is more; the numbers of `moire_level`.
    package var rank: UInt8 {
        switch self {
        case .none: 0
        case .partial: 1
        case .full: 2
        }
    }

    package init?(rank: UInt8) {
        switch rank {
        case 0: self = .none
        case 1: self = .partial
        case 2: self = .full
        default: return nil
        }
    }
}

/// Exit codes of a decode child. Everything else but zero is a crash.
package enum ChildExit {
    package static let done: Int32 = 0
    /// The request could not be read: supervisor and decoder are of different builds.
    package static let badRequest: Int32 = 64
    /// The sandbox did not reach the level asked for.
    package static let noSandbox: Int32 = 65
    /// The answer could not be written.
    package static let noAnswer: Int32 = 66
}
