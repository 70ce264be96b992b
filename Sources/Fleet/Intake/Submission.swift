internal import Fetching
internal import Foundation
public import Records

/// Makes job specifications of files and manifests.
public enum Submission {
    /// One job a file, with the idempotency key that `keyBy` makes. Its time of change stands in for the time
    /// of publication, and says so.
    public static func jobs(
        of files: [MediaFiles.File], lane: Lane = .live, tenant: String = "default", keyBy: JobKey = .file
    ) -> [JobSpec] {
        files.map { file in
            let time = changed(file.path)
            return JobSpec(
                key: keyBy.text(of: file.path), tenant: tenant, lane: lane, path: file.path,
                video: VideoFacts(
                    videoID: file.id, creator: file.folder, publishedAt: time,
                    publishedPrecision: MediaURL.isURL(file.path) ? nil : .fileTime))
        }
    }

    /// One job a line.
    public static func jobs(
        of manifest: Manifest, lane: Lane = .live, tenant: String = "default", keyBy: JobKey = .file
    ) -> [JobSpec] {
        manifest.lines.map { job(of: $0, lane: lane, tenant: tenant, keyBy: keyBy) }
    }

    /// The job of one line; its own key wins over the file's.
    public static func job(
        of line: Manifest.Line, lane: Lane = .live, tenant: String = "default", keyBy: JobKey = .file
    ) -> JobSpec {
        var facts = line.facts
        if facts.publishedAt == nil {
            facts.publishedAt = changed(line.path)
            facts.publishedPrecision = facts.publishedAt.map { _ in .fileTime }
        }
        return JobSpec(
            key: line.key ?? keyBy.text(of: line.path), tenant: tenant, lane: lane, path: line.path, video: facts)
    }

    /// When the file was last written: the best there is to tell who was first when nobody says.
    private static func changed(_ path: String) -> String? {
        guard !MediaURL.isURL(path) else { return nil }
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return (facts?[.modificationDate] as? Date)?.formatted(.iso8601)
    }
}
