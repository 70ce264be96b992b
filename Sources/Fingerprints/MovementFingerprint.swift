import CKernels

/// How the brightness of a picture's parts changes over time.
///
/// Two takes of one scene, filmed by a camera that does not move, share everything that stands still: whole frames,
/// places, the lot. What moves tells them apart, and it tells when: a still background fits any line of time.
public struct MovementFingerprint: Sendable, Equatable {
    public var trace: MovementTrace
    /// Only a query's is of use, and an index keeps none.
    public var field: MovementField

    public static let none = MovementFingerprint(trace: MovementTrace(codes: []), field: .none)

    public init(trace: MovementTrace, field: MovementField = .none) {
        self.trace = trace
        self.field = field
    }
}

/// Coarse and small, what a reference keeps: of 4×4 cells of the picture, four times a second from the start of the
/// timeline, how much brighter one is than on average over the 1.25 s around, the picture's own mean taken out.
public struct MovementTrace: Sendable, Equatable {
    /// Cells along each side of the picture.
    public static let side = 4
    public static let cells = side * side
    /// Seconds.
    public static let period = 0.25

    /// For each step, `cells` codes, row by row: -7 ... 7, see `level(_:)`.
    public var codes: [Int8]

    /// - Precondition: whole steps.
    public init(codes: [Int8]) {
        precondition(codes.count % Self.cells == 0, "\(codes.count) codes are no whole steps")
        self.codes = codes
    }

    public var steps: Int { codes.count / Self.cells }

    public static let codeMax: Int8 = 7
    /// Luma levels under which a change is none, and at which the last class would end if it had an end.
    public static let leastLevel = 0.06
    public static let mostLevel = 12.0

    /// Luma levels that a code stands for: seven classes of either sign, each reaching 2.13 times as high as the one
    /// below, by their geometric middles.
    public static let levels: [Float] = (-Int(codeMax)...Int(codeMax)).map { code in
        guard code != 0 else { return 0 }
        var level = leastLevel * classRatio.squareRoot()
        for _ in 1..<code.magnitude { level *= classRatio }
        return Float(code < 0 ? -level : level)
    }

    /// The seventh root of `mostLevel / leastLevel`.
    private static let classRatio = 2.131_627_7

    /// Upper ends of the classes but the last.
    private static let ends: [Double] = (1..<Int(codeMax)).map { code in
        (0..<code).reduce(leastLevel) { level, _ in level * classRatio }
    }

    static func code(_ level: Double) -> Int8 {
        let size = abs(level)
        guard size > leastLevel else { return 0 }
        let code = Int8(1 + (ends.firstIndex { size <= $0 } ?? ends.count))
        return level < 0 ? -code : code
    }
}

/// Fine and large, what a query asks with: luma of 32×32 cells, eight times a second from the start of the timeline, so
/// that a part of the picture, seen from an angle and at another speed, can be compared with a trace.
public struct MovementField: Sendable, Equatable {
    public static let side = Int(moire_movement_side)
    public static let cells = side * side
    /// Seconds.
    public static let period = 0.125

    public var steps: Int
    /// Steps one after the other, each as it differs from the one before: a byte of `Step`, then its cells.
    public var bytes: [UInt8]

    public static let none = MovementField(steps: 0, bytes: [])

    /// How a step is written.
    enum Step: UInt8 {
        /// Nothing differs.
        case same
        /// A signed byte of each cell.
        case near
        /// Two bytes of each cell, its level.
        case whole
        /// A signed byte of each cell, or -128 and the two bytes of its level, where that is shorter than the whole step: a
        /// light goes on, and a few cells jump.
        case mixed
    }

    /// Whether a cell of a mixed step is written by its level.
    private static func isFar(_ difference: Int) -> Bool { Int8(exactly: difference).map { $0 == .min } ?? true }

    /// Of each step, `cells` quarters of a luma level, row by row, 0 ... 1020.
    ///
    /// - Throws: where the bytes are not those of `steps` steps, each in its shortest form; but a whole step is read where a
    ///   mixed one would be shorter, as it was written once.
    public func levels() throws(FingerprintError) -> [UInt16] {
        var reader = ByteReader(bytes, bytes.indices)
        var levels: [UInt16] = []
        levels.reserveCapacity(steps * Self.cells)
        for step in 0..<steps {
            guard let kind = Step(rawValue: try reader.integer(UInt8.self)), step > 0 || kind == .whole else {
                throw FingerprintError(.malformed, "step \(step) of the movement is of no known kind")
            }
            let before = levels.count - Self.cells
            var isSame = true, isNear = true, far = 0
            for cell in 0..<Self.cells {
                let last = step > 0 ? Int(levels[before + cell]) : 0
                let level: Int
                switch kind {
                case .same: level = last
                case .near: level = last + Int(Int8(bitPattern: try reader.integer(UInt8.self)))
                case .whole: level = Int(try reader.integer(UInt16.self))
                case .mixed:
                    let difference = Int8(bitPattern: try reader.integer(UInt8.self))
                    level = difference == .min ? Int(try reader.integer(UInt16.self)) : last + Int(difference)
                    guard (difference == .min) == Self.isFar(level - last) else {
                        throw FingerprintError(.malformed, "a cell of step \(step) is not in its shortest form")
                    }
                }
                guard (0...Self.levelMost).contains(level) else {
                    throw FingerprintError(.malformed, "a level of \(level) in step \(step) of the movement")
                }
                isSame = isSame && level == last
                isNear = isNear && Int8(exactly: level - last) != nil
                far += Self.isFar(level - last) ? 1 : 0
                levels.append(UInt16(level))
            }
            let shortest: Step = isSame ? .same : isNear ? .near : 2 * far < Self.cells ? .mixed : .whole
            guard step == 0 || kind == shortest || (kind, shortest) == (.whole, .mixed) else {
                throw FingerprintError(.malformed, "step \(step) of the movement is not in its shortest form")
            }
        }
        guard reader.remaining == 0 else {
            throw FingerprintError(.malformed, "\(reader.remaining) bytes of movement are left over")
        }
        return levels
    }

    static let levelMost = 1020

    /// Adds a step.
    ///
    /// - Parameters:
    ///   - levels: of its cells.
    ///   - before: of the step before; empty for the first.
    mutating func append(_ levels: [UInt16], after before: [UInt16]) {
        steps += 1
        guard levels != before else { return bytes.append(Step.same.rawValue) }
        func write(_ level: UInt16) {
            bytes.append(UInt8(truncatingIfNeeded: level))
            bytes.append(UInt8(truncatingIfNeeded: level >> 8))
        }
        let differences = zip(levels, before).map { Int($0) - Int($1) }
        let far = differences.count(where: Self.isFar)
        if !before.isEmpty, differences.allSatisfy({ Int8(exactly: $0) != nil }) {
            bytes.append(Step.near.rawValue)
            bytes += differences.map { UInt8(truncatingIfNeeded: $0) }
        } else if !before.isEmpty, 2 * far < levels.count {
            bytes.append(Step.mixed.rawValue)
            for (level, difference) in zip(levels, differences) {
                bytes.append(UInt8(truncatingIfNeeded: Self.isFar(difference) ? Int(Int8.min) : difference))
                if Self.isFar(difference) { write(level) }
            }
        } else {
            bytes.append(Step.whole.rawValue)
            levels.forEach(write)
        }
    }
}
