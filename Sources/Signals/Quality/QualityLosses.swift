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
        if let softness = m.softness { byPart.append(("sharpness", p.softness(softness))) }
        if let noise = m.noise { byPart.append(("noise", p.noise(log2(1 + p.noiseSpread * noise)))) }
        if let steps = m.blockSteps, let levels = m.blockLevels {
            byPart.append(
                ("blockiness", p.blockSteps(log2(0.02 + max(0, steps))) + p.blockLevels(log2(0.03 + levels))))
        }
        if let banding = m.banding { byPart.append(("banding", p.banding(log2(0.02 + banding)))) }
        if let combing = m.combing { byPart.append(("combing", p.combing(combing))) }
        byPart.append(
            (
                "exposure",
                p.missingLight(255 - m.white) + p.darkness(8 - log2(1 + m.mean)) + p.brightness(m.mean)
                    + p.highlights(log2(0.001 + m.highlights))
            ))
        byPart.append(("contrast", p.flatness(8 - log2(1 + m.contrast))))
        if let colours = m.colourfulness { byPart.append(("colourfulness", p.paleness(8 - log2(2 + colours)))) }
        byPart.append(("letterbox", p.letterbox(m.letterbox)))
    }

    /// What all parts take together; exposure, told in full as a part, takes no more than `exposureLossMax` here,
    /// rising to the last. In the order of `byPart`: sums of doubles depend on it.
    func total(_ p: QualityParameters) -> Double {
        byPart.reduce(0) { sum, part in
            let most = p.exposureLossMax
            return sum + (part.name == "exposure" ? most * (1 - exp(-part.loss / most)) : part.loss)
        }
    }

    static func score(_ loss: Double, _ p: QualityParameters) -> Double { 100 * exp(-p.lossScale * loss) }
}
