import DecodeWire
import Fetching
import Frames

extension InputFile {
    /// What a URL gives, as a file that nobody else has. Where the URL may lead, and how far, the fetcher says.
    static func fetch(_ url: String, by fetcher: Fetcher, bytesMax: Int64, cancelled: CancelSignal) throws -> InputFile
    {
        let begun = ContinuousClock.now
        defer { Stage.fetch.record(ContinuousClock.now - begun) }
        do {
            let fetched = try fetcher.fetch(url, bytesMax: bytesMax) { cancelled.isRaised }
            let bytes = fetched.bytes
            return try InputFile(fetched: Descriptor(owning: fetched.release()), bytes: bytes, shown: url)
        } catch let error as FetchError {
            switch error.code {
            case .cancelled: throw DecodeError(.cancelled, error.sentence)
            case .resources: throw DecodeError(.resources, error.sentence)
            default:
                throw Refusal(
                    outcome: outcome(of: error), bytes: error.bytes,
                    retryAfterSeconds: error.isPassing ? error.retryAfterSeconds : nil)
            }
        }
    }

    /// A limit of ours refuses; what the server does leaves nothing to decode, as a file that is not there.
    private static func outcome(of error: FetchError) -> Outcome {
        let kind: Outcome.Kind =
            switch error.code {
            case .urlRefused, .redirectsExceeded, .bytesExceeded, .headersExceeded, .noSpace: .refused
            case .tls, .status, .failed, .timedOut, .resources, .cancelled: .undecodable
            }
        return Outcome(kind, reason: error.reason, sentence: error.sentence)
    }
}
