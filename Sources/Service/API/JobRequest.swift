internal import Fleet
internal import Foundation
internal import Records

/// What a caller says of one job.
struct JobRequest: Sendable {
    var source: MediaSource
    /// The caller's own idempotency key for this job.
    var key: String?
    var facts: VideoFacts
    var lane: Lane

    /// Longest name of a video or creator, Unicode scalars: with a tenant's prefix it fits into the index's 1,024 bytes.
    static let nameMax = 200

    /// - Parameter uploaded: the media, when it came in the body and `fields` in the query.
    init?(_ fields: inout FieldReader, uploaded: MediaSource? = nil, names: TenantNames, roots: [String]) {
        let place = uploaded ?? MediaSource.read(&fields, roots: roots)
        key = fields.text("key", max: 256)
        let video = Self.name("video_id", &fields)
        let creator = Self.name("creator", &fields)
        let market = fields.text("market", max: 64)
        let surface = fields.choice("surface", of: VideoFacts.Surface.self)
        let published = fields.time("published_at")
        lane = fields.choice("lane", of: Lane.self) ?? .live
        if place == nil, fields.errors.isEmpty { fields.fail("path", "is missing, and so is `url`") }
        let errors = fields.finish()
        guard let place, errors.isEmpty else { return nil }
        source = place
        let name = video ?? Self.defaultName(of: place)
        facts = VideoFacts(
            videoID: names.inner(name), creator: creator.map(names.inner), market: market, surface: surface,
            publishedAt: published, publishedPrecision: published.map { _ in .exact })
    }

    /// The job, under a key that makes a repetition the same job.
    func job(tenant: String, key: String?) -> JobSpec {
        if case .file(let path) = source {
            let line = Manifest.Line(number: 1, path: path, key: key ?? self.key, facts: facts)
            return Submission.job(of: line, lane: lane, tenant: tenant)
        }
        let own: String =
            if case .upload(let stored) = source { "upload|\(stored.digest)|\(facts.videoID)" } else { source.path }
        return JobSpec(key: key ?? self.key ?? own, tenant: tenant, lane: lane, path: source.path, video: facts)
    }

    private static func name(_ field: String, _ fields: inout FieldReader) -> String? {
        guard let name = fields.text(field, max: nameMax) else { return nil }
        guard TenantNames.isAcceptable(name) else {
            fields.fail(field, "may have neither `//` nor control characters")
            return nil
        }
        return name
    }

    /// A file's name in its folder, as the command line does; a URL's last part; an upload's digest.
    private static func defaultName(of source: MediaSource) -> String {
        switch source {
        case .file(let path): return MediaFiles.file(at: path).id
        case .upload(let stored): return "sha256-\(stored.digest)"
        case .url(let url):
            let last = URLComponents(string: url)?.path.split(separator: "/").last.map(String.init) ?? ""
            let digest = Digest.hex(of: url).prefix(12)
            return TenantNames.isAcceptable(last) && last.utf8.count <= 200 ? "\(digest)-\(last)" : String(digest)
        }
    }
}
