/// Versions of the detectors and their parameters, written into every result.
///
/// A published version is never edited: another constant, another formula, another version.
public enum SignalVersions {
    public static let `static` = "static/4"
    public static let quality = "quality/6"
    public static let recapture = "recapture/5"
    public static let sound = "sound/2"
    public static let keyFrames = "key_frames/1"
}
