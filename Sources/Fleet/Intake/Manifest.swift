internal import Foundation
public import Records
internal import SwiftCSV

/// What a platform knows of its uploads, one line a video, as JSON Lines or CSV with a header.
///
/// Only `path` is required; relative paths count from the manifest's folder. Known fields: `path`,
/// `key`, `video_id`, `creator`, `market`, `surface`, `published_at` (RFC 3339). Others are let through
/// unread, so that a platform's own export can be used as it is.
public struct Manifest: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        public var number: Int
        public var path: String
        public var key: String?
        public var facts: VideoFacts
    }

    public var lines: [Line]

    /// - Throws: `IntakeError` naming the line and the field.
    public init(at path: String) throws(IntakeError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw IntakeError(subject: path, sentence: "the manifest cannot be read as UTF-8 text")
        }
        let folder = URL(fileURLWithPath: MediaFiles.absolute(path)).deletingLastPathComponent().path
        let isCSV = path.lowercased().hasSuffix(".csv")
        let rows = isCSV ? try Self.commaSeparated(text, path) : try Self.jsonLines(text, path)
        var lines: [Line] = []
        for (number, fields) in rows { lines.append(try Self.line(number, fields, folder: folder, manifest: path)) }
        self.lines = lines
    }

    private static func jsonLines(_ text: String, _ path: String) throws(IntakeError) -> [(Int, [String: String])] {
        var rows: [(Int, [String: String])] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            if line.isEmpty { continue }
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw IntakeError(subject: "\(path):\(index + 1)", sentence: "this line is not a JSON object")
            }
            rows.append((index + 1, try fields(of: object, at: "\(path):\(index + 1)")))
        }
        return rows
    }

    private static let known = ["path", "key", "video_id", "creator", "market", "surface", "published_at"]

    /// The known fields as text. Ids are often numbers; anything else in a known field is a mistake.
    private static func fields(of object: [String: Any], at place: String) throws(IntakeError) -> [String: String] {
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

    private static func commaSeparated(_ text: String, _ path: String) throws(IntakeError) -> [(Int, [String: String])]
    {
        do {
            let table = try CSV<Named>(string: text, delimiter: .comma, loadColumns: false)
            return table.rows.enumerated().map { ($0.offset + 2, $0.element.filter { !$0.value.isEmpty }) }
        } catch {
            throw IntakeError(subject: path, sentence: "the manifest is not well-formed CSV: \(error)")
        }
    }

    private static func line(
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
