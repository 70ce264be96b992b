internal import Foundation
internal import Logging
internal import Records
internal import Store

/// Removes what is kept for a time, or up to a size: uploads whose jobs have long ended, pictures of evidence, old keys.
struct Housekeeping: Sendable {
    let desk: ServiceDesk
    /// The pictures' folder: a cache, all of which can be made again while the media are there.
    let pictures: String

    static let everySeconds = 600.0

    struct Swept: Sendable, Equatable {
        var uploads = 0
        var pictures = 0
    }

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                let swept = try await desk.workshop.run { [self] in try sweep(now: Date()) }
                if swept != Swept() {
                    desk.log.info(
                        "removed what was kept long enough",
                        metadata: ["uploads": "\(swept.uploads)", "pictures": "\(swept.pictures)"])
                }
            } catch {
                desk.log.warning("housekeeping will be tried again: \(error)")
            }
            try? await Task.sleep(for: .seconds(Self.everySeconds))
        }
    }

    func sweep(now: Date) throws -> Swept {
        try desk.store.forgetOldKeys()
        var swept = Swept()
        if let days = desk.options.uploadDays {
            swept.uploads = try desk.uploads.remove(olderThan: now.addingTimeInterval(-days * 86_400)) {
                try openPaths()
            }
        }
        swept.pictures = FolderCap.keep(pictures, under: desk.options.picturesBytesMax)
        return swept
    }

    /// Media of jobs that have not ended: accepted here and not ended as far as this service knows, or open in the ledger.
    private func openPaths() throws -> Set<String> {
        var paths = try desk.store.openPaths()
        guard desk.home.hasStore else { return paths }
        let reader = try desk.reader()
        var last: Int64 = 0
        while case let page = try reader.jobs([.queued, .released, .waiting], after: last), let end = page.last {
            paths.formUnion(page.map(\.spec.path))
            last = end.sequence
        }
        return paths
    }
}

/// A folder of files that can be made again.
enum FolderCap {
    /// Removes the files that were written longest ago until all together have nine tenths of `bytes`, once they have more.
    ///
    /// - Returns: how many were removed.
    static func keep(_ folder: String, under bytes: Int64) -> Int {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey, .isRegularFileKey]
        let all = FileManager.default.enumerator(
            at: URL(fileURLWithPath: folder), includingPropertiesForKeys: Array(keys))
        var files: [(url: URL, bytes: Int64, written: Date)] = []
        while let url = all?.nextObject() as? URL {
            guard let values = try? url.resourceValues(forKeys: keys), values.isRegularFile == true else { continue }
            files.append((url, Int64(values.fileSize ?? 0), values.contentModificationDate ?? .distantPast))
        }
        var total = files.reduce(0) { $0 + $1.bytes }
        guard total > bytes else { return 0 }
        var removed = 0
        for file in files.sorted(by: { ($0.written, $0.url.path) < ($1.written, $1.url.path) }) {
            guard total > bytes / 10 * 9 else { break }
            guard (try? FileManager.default.removeItem(at: file.url)) != nil else { continue }
            total -= file.bytes
            removed += 1
        }
        return removed
    }
}
