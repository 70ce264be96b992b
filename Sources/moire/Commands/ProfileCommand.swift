import ArgumentParser
import Fleet
import Foundation
import JobQueue
import Records
import Report
import Scoring
import Store

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "A creator's score, each point with its reason and evidence.",
        discussion: """
            EXAMPLES
              moire profile --home ./moire-home kitchen-lab
              moire profile --home ./moire-home kitchen-lab --format json
              moire profile --home ./moire-home kitchen-lab --reverse 1f0c… --by review-3 --why "own footage, licensed"
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption
    @OptionGroup var rules: RulesOption

    @Option(help: "Take this event out of every profile: a won appeal, a mistaken match.")
    var reverse: String?

    @Option(help: "Who reverses it.")
    var by: String?

    @Option(help: "Why it is reversed.")
    var why: String?

    @Argument(help: "The creator; without one, every creator is listed.")
    var creator: String?

    mutating func validate() throws {
        if reverse != nil, by == nil || why == nil { throw ValidationError("--reverse goes with --by and --why") }
    }

    mutating func run() throws {
        let place = home.open()
        if let reverse, let by, let why { try apply(reverse, by, why, place) }
        let profiles = try Failure.environmental { try ProfileStore(reading: place) }
        guard let creator else {
            let all = try Failure.environmental { try profiles.all() }
            guard output.format == .text else { return try Output.values(try all.map(Self.decoded), as: output.format) }
            return Output.line(CreatorTable.text(try all.map(Self.decoded)))
        }
        guard let stored = try Failure.environmental({ try profiles.get(creator) }) else {
            throw Failure(.inputs, "there is no profile of \(creator); `moire profile --home \(home.home)` lists them")
        }
        let profile = try Self.decoded(stored)
        guard output.format == .text else {
            return output.format == .jsonl ? Output.line(stored.profile) : try Output.value(profile, as: .json)
        }
        Output.line(ProfileText.lines(profile).joined(separator: "\n"))
    }

    private static func decoded(_ stored: StoredProfile) throws -> CreatorProfile {
        try Failure.environmental { try CanonicalJSON.decode(CreatorProfile.self, from: Data(stored.profile.utf8)) }
    }

    /// Hands the reversal in, and sees it through when no coordinator runs to do so.
    private func apply(_ event: String, _ by: String, _ why: String, _ place: Home) throws {
        let reader = try home.reader()
        guard let target = try Failure.environmental({ try reader.event(event) }) else {
            throw Failure(.inputs, "there is no event \(event)")
        }
        let rules = try rules.load()
        try Failure.environmental {
            try FleetChange.reverse(event, tenant: target.event.tenant, by: by, why: why, in: place, rules: rules)
        }
    }
}

/// A profile as a person reads it.
enum ProfileText {
    static func lines(_ profile: CreatorProfile) -> [String] {
        var lines = ["\(profile.creator)  score \(profile.score) (\(profile.band))"]
        lines.append(
            "  \(profile.videos) videos, \(profile.measuredVideos) measured"
                + (profile.staticShare.map { ", static \(Output.percent($0))" } ?? "")
                + (profile.qualityMean.map { String(format: ", quality %.0f", $0) } ?? ""))
        if !profile.points.isEmpty { lines.append("points") }
        for entry in profile.points {
            lines.append("  \(StatusText.right(String(format: "%+d", entry.points), 5))  \(entry.reason)")
            lines.append("         \(entry.video)  evidence \(entry.eventIDs.joined(separator: ", "))")
        }
        if !profile.notes.isEmpty { lines.append("notes") }
        for entry in profile.notes { lines.append("         \(entry.reason)  \(entry.video)") }
        for flag in profile.flags { lines.append("flag     \(flag.reason)") }
        if !profile.reversed.isEmpty { lines.append("reversed") }
        for event in profile.reversed { lines.append("         \(event.eventID) by \(event.by): \(event.why)") }
        lines.append("history  " + profile.history.map(String.init).joined(separator: " → "))
        return lines
    }
}
