internal import Crypto
internal import Foundation
internal import SwiftCSV

/// A manifest read record by record, in memory that does not grow with it: the way to read one of millions.
///
/// A record is a line of JSON Lines, or a row of CSV, which may span lines inside quotes. Empty lines are passed over. A
/// byte order mark and carriage returns at line ends do no harm. After a record that cannot be used, reading goes on
/// behind it.
public final class ManifestReader {
    public let path: String
    private let lines: LineReader
    private let folder: String
    private let isCSV: Bool
    private var header: [String] = []

    /// One record as it stands in the file.
    struct Record: Sendable {
        /// Of its first line, from 1.
        var number: Int
        var bytes: [UInt8]
    }

    /// - Parameter path: CSV with a header when its name ends with `.csv`, JSON Lines otherwise.
    /// - Throws: `IntakeError` when it cannot be read, or its header is no CSV.
    public init(at path: String) throws(IntakeError) {
        self.path = path
        guard let lines = LineReader(path: path) else {
            throw IntakeError(subject: path, sentence: "the manifest cannot be read: \(LineReader.sentence(errno))")
        }
        self.lines = lines
        folder = URL(fileURLWithPath: MediaFiles.absolute(path)).deletingLastPathComponent().path
        isCSV = path.lowercased().hasSuffix(".csv")
        if isCSV, let first = try nextRecord() { header = try cells(of: first) }
    }

    /// Bytes up to the end of the last record that was read; reading can go on there (`skip(to:)`).
    public var offset: Int64 { lines.offset }
    /// Number of the last line that was read, from 1; 0 before the first.
    public var lineNumber: Int { lines.number }
    /// SHA-256 of the bytes before `offset`, 64 hex digits.
    public var digest: String { hex(lines.digest) }

    /// Goes to where an earlier reading of this file ended. False when no line ends there.
    public func skip(to offset: Int64) throws(IntakeError) -> Bool {
        do { return try lines.skip(to: offset) } catch { throw unreadable(error) }
    }

    /// The next video; nil at the end.
    ///
    /// - Throws: `IntakeError` naming the line and the field. The next call goes on behind that record.
    public func next() throws(IntakeError) -> Manifest.Line? {
        guard let record = try nextRecord() else { return nil }
        return try line(of: record)
    }

    func line(of record: Record) throws(IntakeError) -> Manifest.Line {
        try Manifest.line(record.number, try fields(of: record), folder: folder, manifest: path)
    }

    /// The next record, not yet looked at.
    func nextRecord() throws(IntakeError) -> Record? {
        while let line = try nextLine() {
            guard var bytes = line.bytes else { throw tooLong(line.number) }
            if line.number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
            // Quotes are doubled inside quotes, so a record is whole where their number is even.
            while isCSV, isOdd(bytes) {
                guard let more = try nextLine() else {
                    throw IntakeError(
                        subject: "\(path):\(line.number)",
                        sentence: "the manifest is not well-formed CSV: a quote that opens here is never closed")
                }
                guard let part = more.bytes, bytes.count + part.count < LineReader.bytesMax else {
                    throw tooLong(line.number)
                }
                bytes.append(UInt8(ascii: "\n"))
                bytes.append(contentsOf: part)
            }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            if bytes.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
            return Record(number: line.number, bytes: bytes)
        }
        return nil
    }

    private func nextLine() throws(IntakeError) -> LineReader.Line? {
        do { return try lines.next() } catch { throw unreadable(error) }
    }

    private func isOdd(_ bytes: [UInt8]) -> Bool {
        bytes.reduce(0) { $1 == UInt8(ascii: "\"") ? $0 ^ 1 : $0 } == 1
    }

    private func fields(of record: Record) throws(IntakeError) -> [String: String] {
        let place = "\(path):\(record.number)"
        guard isCSV else {
            guard let text = String(validating: record.bytes, as: UTF8.self) else { throw notText(record.number) }
            guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
                throw IntakeError(subject: place, sentence: "this line is not a JSON object")
            }
            return try Manifest.fields(of: object, at: place)
        }
        var fields: [String: String] = [:]
        for (name, value) in zip(header, try cells(of: record)) where !value.isEmpty { fields[name] = value }
        return fields
    }

    /// A row's cells. The one row that the parser gets is what it takes for the header.
    private func cells(of record: Record) throws(IntakeError) -> [String] {
        guard let text = String(validating: record.bytes, as: UTF8.self) else { throw notText(record.number) }
        do {
            return try CSV<Enumerated>(string: text, delimiter: .comma, loadColumns: false).header
        } catch {
            throw IntakeError(
                subject: "\(path):\(record.number)", sentence: "the manifest is not well-formed CSV: \(error)")
        }
    }

    private func notText(_ number: Int) -> IntakeError {
        IntakeError(subject: "\(path):\(number)", sentence: "the manifest cannot be read as UTF-8 text")
    }

    private func tooLong(_ number: Int) -> IntakeError {
        IntakeError(subject: "\(path):\(number)", sentence: "this record is longer than \(LineReader.bytesMax) bytes")
    }

    private func unreadable(_ error: LineReader.Errno) -> IntakeError {
        IntakeError(subject: path, sentence: "the manifest cannot be read: \(LineReader.sentence(error.number))")
    }

    private func hex(_ digest: SHA256) -> String {
        digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
