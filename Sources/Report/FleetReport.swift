public import Fleet
internal import Foundation
internal import Frames
internal import Pictures
internal import Records
public import Scoring
internal import Synchronization
public import Store

/// The report of a home: reads the stores, has the pictures decoded, writes one self-contained page.
public struct FleetReport {
    private let home: Home
    private let decoder: DecodeService
    private let rules: ScoringRules
    private let slots: Int

    public init(home: Home, decoder: DecodeService, rules: ScoringRules, slots: Int) {
        self.home = home
        self.decoder = decoder
        self.rules = rules
        self.slots = slots
    }

    /// Writes `home.report`, replacing it as a whole.
    public func write() throws {
        let reader = try StoreReader(home: home)
        var input = ReportInput(title: URL(fileURLWithPath: home.name).lastPathComponent, rules: rules)
        input.profiles = try ProfileStore(reading: home).all()
            .map { try CanonicalJSON.decode(CreatorProfile.self, from: Data($0.profile.utf8)) }
        input.events = try Self.everything(reader)
        input.problems = try reader.deadLetters(limit: 1000).map {
            ReportInput.Problem(
                path: $0.spec.path, creator: $0.spec.video.creator, reason: $0.outcome?.reason ?? $0.state.rawValue,
                sentence: $0.outcome?.sentence ?? "", attempts: $0.attempts)
        }
        let described = try decoder.describe()
        input.versions =
            [
                .init("moire", Producer.version), .init("decoder", described.build),
                .init("sandbox", described.sandbox.rawValue),
            ]
            + described.libraries.map {
                .init(String($0.prefix { $0 != " " }), String($0.drop { $0 != " " }.dropFirst()))
            }
        input.pictures = try pictures(input.neededPictures(), paths: Self.paths(input.events))
        try Data(ReportWriter.html(input).utf8).write(to: URL(fileURLWithPath: home.report), options: .atomic)
    }

    private static func everything(_ reader: StoreReader) throws -> [Event] {
        var events: [Event] = []
        var last: Int64 = 0
        while case let page = try reader.events(after: last), let end = page.last {
            events += page.map(\.event)
            last = end.sequence
        }
        return events
    }

    private static func paths(_ events: [Event]) -> [String: String] {
        var paths: [String: String] = [:]
        for case .videoObserved(let observed) in events.map(\.body) { paths[observed.video.videoID] = observed.path }
        return paths
    }

    /// One decode a video, however many of its moments are wanted. A file that has gone or changed is
    /// left without pictures.
    private func pictures(_ moments: [PictureMoment], paths: [String: String]) throws -> [PictureMoment: Data] {
        let byVideo = Dictionary(grouping: moments, by: \.video).filter { paths[$0.key] != nil }
        let found = Mutex<[PictureMoment: Data]>([:])
        let decoder = decoder
        try OrderedWork.run(byVideo.keys.sorted(), slots: slots) { video -> [(PictureMoment, Data)] in
            let moments = Array((byVideo[video] ?? []).sorted().prefix(DecodeService.picturesMax))
            let images =
                (try? decoder.pictures(
                    path: paths[video] ?? "", times: moments.map(\.seconds),
                    longestSide: ReportInput.pictureSide)) ?? []
            return zip(moments, images).compactMap { moment, image in
                image.flatMap { try? PNG.encode($0) }.map { (moment, Data($0)) }
            }
        } deliver: { _, pictures in
            found.withLock { found in
                for (moment, png) in pictures { found[moment] = png }
            }
        }
        return found.withLock { $0 }
    }
}
