/// The bytes of a list of sound peaks: for each peak the varint 512 × hops since the peak before + band. A band of
/// 511 is no peak but the passing of 2²³ - 1 hops, when more than those are due. Two bytes for most peaks;
/// every list has exactly one encoding.
public enum SoundPeakCoding {
    /// Values of a band in a peak's varint, and the one that stands for time alone.
    private static let bandRange: UInt32 = 512
    private static let pause: UInt16 = 511
    private static let hopsMax = UInt32.max / bandRange

    /// - Precondition: in order of hop, then band; bands under `SoundPeak.bandsMax`.
    public static func encode(_ peaks: some Collection<SoundPeak>) -> [UInt8] {
        var writer = ByteWriter()
        writer.reserve(peaks.count * 5 / 2)
        var before = SoundPeak(hop: 0, band: 0)
        for peak in peaks {
            precondition(
                (peak.hop, peak.band) >= (before.hop, before.band) && peak.band < SoundPeak.bandsMax,
                "peak at \(peak.hop) \(peak.band) after \(before.hop) \(before.band)")
            var hops = peak.hop - before.hop
            while hops > hopsMax {
                writer.varint(hopsMax * bandRange + UInt32(pause))
                hops -= hopsMax
            }
            writer.varint(hops * bandRange + UInt32(peak.band))
            before = peak
        }
        return writer.bytes
    }

    /// - Throws: when `bytes` are not exactly `count` peaks. Complexity: O(*n*).
    public static func decode(_ count: Int, from bytes: [UInt8]) throws(FingerprintError) -> [SoundPeak] {
        var reader = ByteReader(bytes, 0..<bytes.count)
        let peaks = try decode(count, from: &reader)
        guard reader.remaining == 0 else {
            throw FingerprintError(.malformed, "\(reader.remaining) bytes are left over after the peaks")
        }
        return peaks
    }

    /// The peaks at certain hops, of a list that may be long: what lies before is passed over, and what lies behind is not
    /// read. Checks no more than it must.
    ///
    /// - Complexity: 2 ns a peak before the end of `hops`.
    public static func decode(_ hops: ClosedRange<UInt32>, from bytes: RawSpan) throws(FingerprintError) -> [SoundPeak]
    {
        var peaks: [SoundPeak] = []
        var offset = 0, hop: UInt32 = 0
        while offset < bytes.byteCount {
            var value: UInt32 = 0, shift: UInt32 = 0, byte: UInt8
            repeat {
                guard offset < bytes.byteCount, shift < 35 else {
                    throw FingerprintError(.malformed, "a peak of sound without an end")
                }
                // In bounds by the line above.
                byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
                value |= UInt32(byte & 127) << shift
                shift += 7
                offset += 1
            } while byte > 127
            let next = hop.addingReportingOverflow(value / bandRange)
            if next.overflow || next.partialValue > hops.upperBound { break }
            hop = next.partialValue
            let band = UInt16(value % bandRange)
            if hop >= hops.lowerBound && band < SoundPeak.bandsMax { peaks.append(SoundPeak(hop: hop, band: band)) }
        }
        return peaks
    }

    static func decode(_ count: Int, from reader: inout ByteReader) throws(FingerprintError) -> [SoundPeak] {
        guard count <= reader.remaining else {
            throw FingerprintError(.truncated, "\(count) peaks cannot fit into \(reader.remaining) bytes")
        }
        var peaks: [SoundPeak] = []
        peaks.reserveCapacity(count)
        var before = SoundPeak(hop: 0, band: 0)
        var isAfterPause = false
        while peaks.count < count {
            let value = try reader.varint()
            let hops = value / bandRange, band = UInt16(value % bandRange)
            let hop = try ByteReader.sum(before.hop, hops)
            if band == pause {
                guard hops == hopsMax else { throw FingerprintError(.malformed, "a pause of \(hops) hops") }
                before = SoundPeak(hop: hop, band: 0)
                isAfterPause = true
                continue
            }
            let peak = SoundPeak(hop: hop, band: band)
            guard band < SoundPeak.bandsMax, (hop, band) >= (before.hop, before.band), hops > 0 || !isAfterPause else {
                throw FingerprintError(.malformed, "a peak in band \(band) at hop \(hop)")
            }
            peaks.append(peak)
            before = peak
            isAfterPause = false
        }
        return peaks
    }
}
