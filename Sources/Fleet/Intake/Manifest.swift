internal import Foundation
public import Records

/// What a platform knows of its uploads, one line a video, as JSON Lines or CSV with a header.
///
/// Only `path` is required, which may be a URL; relative paths count from the manifest's folder. Known fields: `path`,
/// `key`, `video_id`, `creator`, `market`, `surface`, `published_at` (RFC 3339). Others are let through
/// unread, so that a platform's own export can be used as it is. This holds all of it; `ManifestReader` holds a line.
public struct Manifest: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        public var number: Int
        public var path: String
        public var key: String?
        public var facts: VideoFacts

        public init(number: Int, path: String, key: String?, facts: VideoFacts) {
            self.number = number
            self.path = path
            self.key = key
            self.facts = facts
        }
    }

    public var lines: [Line]

    /// - Throws: `IntakeError` naming the line and the field.
    public init(at path: String) throws(IntakeError) {
        let reader = try ManifestReader(at: path)
        var lines: [Line] = []
        while let line = try reader.next() { lines.append(line) }
        self.lines = lines
    }

    private static let known = ["path", "key", "video_id", "creator", "market", "surface", "published_at"]

    /// The known fields as text. Ids are often numbers; anything else in a known field is a mistake.
    static func fields(of object: [String: Any], at place: String) throws(IntakeError) -> [String: String] {
        var fields: [String: String] = [:]
        for name in known {
            switch object[name] {
            case nil, is NSNull: continue
            case let text as String: fields[name] = text
            case let number as NSNumber where !(number is Bool): fields[name] = number.stringValue
            default: throw IntakeError(subject: place, sentence: "the field `\(name)` is neither text nor a number")
            }
        }
        return fields
    }

    static func line(
        _ number: Int, _ fields: [String: String], folder: String,
        manifest: String
    ) throws(IntakeError) -> Line {
        let place = "\(manifest):\(number)"
        guard let path = fields["path"], !path.isEmpty else {
            throw IntakeError(subject: place, sentence: "the field `path` is missing")
        }
        let file = MediaFiles.file(at: MediaFiles.absolute(path, relativeTo: folder))
        var surface: VideoFacts.Surface?
        if let name = fields["surface"] {
            guard let known = VideoFacts.Surface(rawValue: name) else {
                let names = VideoFacts.Surface.allCases.map(\.rawValue).joined(separator: ", ")
                throw IntakeError(subject: place, sentence: "surface `\(name)` is unknown; it is one of \(names)")
            }
            surface = known
        }
        if let published = fields["published_at"], PublicationTime.microseconds(published) == nil {
            throw IntakeError(subject: place, sentence: "published_at `\(published)` is not like 2026-05-01T12:00:00Z")
        }
        return Line(
            number: number, path: file.path, key: fields["key"],
            facts: VideoFacts(
                videoID: fields["video_id"] ?? file.id, creator: fields["creator"] ?? file.folder,
                market: fields["market"], surface: surface, publishedAt: fields["published_at"],
                publishedPrecision: fields["published_at"].map { _ in .exact }))
    }
}
