internal import Fetching
internal import Foundation

/// What makes two submissions the same job, where the submitter gives no key.
public enum JobKey: String, Sendable, CaseIterable {
    /// Path, size and time of change: a replaced file is a new job.
    case file
    /// The bytes, by their SHA-256: the same upload is one job, however often and from wherever it comes.
    case content

    /// The idempotency key of a file; of a URL, the URL, since nobody looks behind it here. One that cannot be read for its content is keyed as a file, and its
    /// job says why it cannot.
    func text(of path: String) -> String {
        if MediaURL.isURL(path) { return path }
        if self == .content, let input = try? InputFile.open(path, bytesMax: .max), let digest = input.digest() {
            return digest
        }
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        let bytes = (facts?[.size] as? NSNumber)?.int64Value ?? -1
        let changed = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(path)|\(bytes)|\(Int64(changed * 1000))"
    }
}
