#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What each scored part takes from a frame or a video; see `QualityParameters`.
struct QualityLosses {
    private(set) var byPart: [(name: String, loss: Double)] = []

    init(_ m: PictureMeasures, _ p: QualityParameters) {
        if let softness = m.softness {
            byPart.append(
                (
                    "sharpness",
                    p.softness(softness) + (m.acrossNative.map { p.acrossNative($0) } ?? 0)
                        + (m.acrossHalf.map { p.acrossHalf($0) } ?? 0)
                ))
        }
        if let blank = m.blank { byPart.append(("detail", p.blank(blank))) }
        if let quantiser = m.quantiser { byPart.append(("compression", p.quantiser(quantiser))) }
        if let noise = m.noise { byPart.append(("noise", p.noise(log2(1 + p.noiseSpread * noise)))) }
        if let steps = m.blockSteps, let levels = m.blockLevels {
            byPart.append(
                ("blockiness", p.blockSteps(log2(0.02 + max(0, steps))) + p.blockLevels(log2(0.03 + levels))))
        }
        if let banding = m.banding { byPart.append(("banding", p.banding(log2(0.02 + banding)))) }
        if let combing = m.combing { byPart.append(("combing", p.combing(combing))) }
        let light = p.missingLight(255 - m.white) + p.darkness(8 - log2(1 + m.mean)) + p.brightness(m.mean)
        byPart.append(("exposure", Self.bounded(light + p.highlights(log2(0.001 + m.highlights)), p.exposureLossMax)))
        byPart.append(("contrast", Self.bounded(p.flatness(8 - log2(1 + m.contrast)), p.contrastLossMax)))
        if let colours = m.colourfulness { byPart.append(("colourfulness", p.paleness(8 - log2(2 + colours)))) }
        byPart.append(("letterbox", p.letterbox(m.letterbox)))
    }

    /// What all parts take together, in the order of `byPart`: sums of doubles depend on it.
    var total: Double { byPart.reduce(0) { $0 + $1.loss } }

    /// Rises to the last and never above `most`.
    private static func bounded(_ loss: Double, _ most: Double) -> Double { most * (1 - exp(-loss / most)) }

    static func score(_ loss: Double, _ p: QualityParameters) -> Double { 100 * exp(-p.lossScale * loss) }
}
