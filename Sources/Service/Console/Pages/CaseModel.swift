internal import FingerprintIndex
internal import Foundation
internal import Frames
internal import Records
internal import Report
internal import Scoring
internal import Signals

/// One case with its evidence, and the form that decides it.
struct CaseModel: Sendable {
    struct Figure: Sendable {
        var name: String
        var value: String
        var note: String?
        var bar: String?
    }

    struct Side: Sendable {
        var name: String
        var role: String
        var creator: String?
        var creatorHref: String?
        var standing: Pill?
        var band: String?
        var span: String
        var when: String
        var timeline: String
        var measures: [Figure]
        var facts: [Fact]
    }

    struct Fact: Sendable {
        var name: String
        var value: String
    }

    struct Pair: Sendable {
        var drawing: String
        var queryTime: String
        var referenceTime: String
        var note: String
    }

    struct Threshold: Sendable {
        var name: String
        var measured: String
        var needed: String
        var isMet: Bool
    }

    struct Entry: Sendable {
        var creator: String
        var creatorHref: String
        var points: String
        var tone: String
        var reason: String
        var advice: String
        var clause: String
        var rule: String
        var limited: String?
        var after: Int
        var spans: String
        var events: [String]
    }

    struct Verdict: Sendable {
        var value: String
        var name: String
        var effect: String
        var key: String
        var keyShown: String
        var isInForce: Bool
        var reasons: [Reason]
    }

    struct Key: Sendable {
        var name: String
        var style: String
    }

    struct Reason: Sendable {
        var verdict: String
        var text: String
    }

    struct Ruling: Sendable {
        var id: String
        var verdict: Pill
        var by: String
        var why: String
        var at: String
        var isInForce: Bool
        /// "Undone by …: …"
        var undone: String?
    }

    struct Saved: Sendable {
        var sentence: String
        /// "clip-harbor 128 → 148"
        var change: String?
        var undoID: String?
        var isUndo: Bool
    }

    var id: String
    var query: Side
    var reference: Side
    var verb: String
    var kind: String
    var state: Pill
    var lead: String
    var figures: [Figure]
    var bridge: String
    var axisNote: String
    var legend: [Key]
    var pairs: [Pair]
    var hasPairs: Bool
    var pairsNote: String
    var sound: String?
    var soundNote: String
    var soundFigures: [Figure]
    var entries: [Entry]
    var hasEntries: Bool
    var noEntries: String
    var thresholds: [Threshold]
    var hasThresholds: Bool
    var method: [Fact]
    var verdicts: [Verdict]
    var reasons: [Reason]
    var history: [Ruling]
    var hasHistory: Bool
    var undoID: String?
    var reversal: String?
    var next: String?
    var nextName: String?
    var permalink: String
    var bundle: String
    var saved: Saved?
    var problem: String?
    var explanation: String?
}
