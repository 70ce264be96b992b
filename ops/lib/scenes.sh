# shellcheck shell=bash
# shellcheck disable=SC2017 # whole-number division is meant: i / 10 is the row
# The drawings the demo clips are made of, as SVG on standard output: one function per layer, named draw_SCENE_LAYER.
# Everything is drawn here by hand or by a seeded loop; nothing comes from elsewhere.

# A small generator of our own, so that every machine draws the same: x' = 1103515245 x + 12345 mod 2^31 (the example
# generator of the C standard); its upper bits are used. random LOW HIGH leaves LOW <= R < HIGH in R.
seed() { lcg=$1; }
random() {
    lcg=$(( (lcg * 1103515245 + 12345) & 0x7fffffff ))
    R=$(( $1 + (lcg >> 8) % ($2 - $1) ))
}

# svg WIDTH HEIGHT < CONTENT
svg() {
    printf '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%s" height="%s">' \
        "$1" "$2"
    cat
    printf '</svg>'
}

# gradient ID COLOR...: evenly spread from top to bottom
gradient() {
    local id=$1 index=0 last=$(( $# - 2 )) color
    shift
    printf '<linearGradient id="%s" x2="0" y2="1">' "$id"
    for color in "$@"; do
        printf '<stop offset="%s%%" stop-color="%s"/>' "$(( 100 * index / (last > 0 ? last : 1) ))" "$color"
        index=$(( index + 1 ))
    done
    printf '</linearGradient>'
}

# grain ID X-FREQUENCY Y-FREQUENCY RED GREEN BLUE STRENGTH SEED: a filter that paints fibres or speckle over a shape
grain() {
    printf '<filter id="%s" x="0" y="0" width="100%%" height="100%%"><feTurbulence type="fractalNoise" ' "$1"
    printf 'baseFrequency="%s %s" numOctaves="3" seed="%s"/><feColorMatrix values="' "$2" "$3" "$8"
    printf '0 0 0 0 %s  0 0 0 0 %s  0 0 0 0 %s  %s 0 0 0 -0.2"/>' "$4" "$5" "$6" "$7"
    printf '<feComposite operator="in" in2="SourceGraphic" result="g"/>'
    printf '<feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="g"/></feMerge></filter>'
}

# ridge WIDTH HEIGHT BASE SPREAD STEP FILL: a mountain line that fills everything below it
ridge() {
    local x=0 points=
    while (( x <= $1 )); do
        random $(( $3 - $4 )) $(( $3 + $4 ))
        points+=" $x,$R"
        x=$(( x + $5 ))
    done
    printf '<polygon points="0,%s%s %s,%s" fill="%s"/>' "$2" "$points" "$1" "$2" "$6"
}

# ---- trail-notes: a ridge at dawn, a forest, a river

draw_ridge_sky() {
    {
        gradient s '#1d2b64' '#7a4f8f' '#f08a5d' '#ffe3a3'
        printf '<radialGradient id="h"><stop stop-color="#fff6d0"/><stop offset="25%%" stop-color="#ffe08a" '
        printf 'stop-opacity=".8"/><stop offset="100%%" stop-color="#ffb060" stop-opacity="0"/></radialGradient>'
        printf '<rect width="640" height="360" fill="url(#s)"/><circle cx="430" cy="215" r="150" fill="url(#h)"/>'
    } | svg 640 360
}
draw_ridge_clouds() {
    seed 5
    for (( i = 0; i < 26; i++ )); do
        random 0 1400; x=$R; random 10 120; y=$R; random 40 130; w=$R
        printf '<ellipse cx="%s" cy="%s" rx="%s" ry="%s" fill="#ffd9c9" fill-opacity=".35"/>' "$x" "$y" "$w" $(( w / 9 ))
    done | svg 1400 140
}
draw_ridge_far() { seed 11; ridge 1200 360 190 45 60 '#6b5b8e' | svg 1200 360; }
draw_ridge_mid() {
    seed 23
    { gradient m '#3f6a78' '#27424f'; ridge 1600 360 245 38 70 'url(#m)'; } | svg 1600 360
}
draw_ridge_near() {
    seed 37
    {
        ridge 2600 360 315 12 90 '#16301f'
        for (( x = 10; x < 2600; x += 34 )); do
            random 40 130; h=$R; random 0 20; y=$(( 325 + R - h ))
            printf '<path d="M%s %s l%s %s h-%s z M%s %s l%s %s h-%s z" fill="#%s"/>' "$x" "$y" $(( h / 4 )) $(( h * 2 / 3 )) \
                $(( h / 2 )) "$x" $(( y + h / 3 )) $(( h / 3 )) $(( h * 2 / 3 )) $(( h * 2 / 3 )) "$( (( R % 2 )) && echo 1d4028 || echo 183622)"
        done
    } | svg 2600 360
}
draw_bird() {
    svg 44 20 <<< '<path d="M1 12 Q11 0 22 12 Q33 0 43 12 Q33 6 22 17 Q11 6 1 12z" fill="#20203a"/>'
}
draw_forest_back() {
    seed 41
    {
        gradient s '#dff0b8' '#8fbf6b' '#3c6b3a'
        grain g .02 .02 .1 .25 .08 .9 4
        printf '<rect width="1300" height="360" fill="url(#s)"/>'
        for (( i = 0; i < 9; i++ )); do
            printf '<polygon points="%s,0 %s,0 %s,360 %s,360" fill="#ffffd8" fill-opacity=".22"/>' \
                $(( 60 + i * 150 )) $(( 100 + i * 150 )) $(( 20 + i * 150 )) $(( -60 + i * 150 ))
        done
        for (( x = 20; x < 1300; x += 46 )); do
            random 8 22
            printf '<rect x="%s" y="0" width="%s" height="310" fill="#5d4a35" filter="url(#g)"/>' $(( x + R )) "$R"
        done
        printf '<path d="M0 290 Q325 250 650 300 T1300 285 V360 H0z" fill="#4c6b2f"/>'
        printf '<path d="M0 335 Q325 300 650 330 T1300 330 V360 H0z" fill="#b58a56"/>'
    } | svg 1300 360
}
draw_forest_front() {
    seed 43
    {
        grain b .2 .015 .05 .03 .02 1.2 9
        for (( x = 30; x < 2600; x += 330 )); do
            random 0 90; w=$(( 46 + R / 3 ))
            printf '<rect x="%s" width="%s" height="360" fill="#3a2a1e" filter="url(#b)"/>' $(( x + R )) "$w"
            printf '<path d="M%s 360 q-30 -60 -70 -40 q30 -30 60 0 q-10 -50 -30 -70 q50 20 50 80 q30 -60 80 -60 q-50 20 -60 90z" ' \
                $(( x + R ))
            printf 'fill="#2f6b33"/>'
        done
    } | svg 2700 360
}
draw_river_bank() {
    seed 61
    {
        gradient s '#a8d8ea' '#e8f6f0'
        grain g .05 .05 .2 .2 .15 .8 2
        printf '<rect width="1100" height="150" fill="url(#s)"/>'
        ridge 1100 150 70 22 45 '#7fa98f'
        for (( i = 0; i < 60; i++ )); do
            random 0 1100; x=$R; random 20 44; r=$R
            printf '<circle cx="%s" cy="%s" r="%s" fill="#%s"/>' "$x" $(( 128 - r / 3 )) "$r" \
                "$( (( R % 3 )) && echo e07a3f || echo c4472f)"
        done
        printf '<rect y="125" width="1100" height="50" fill="#8d7b5e" filter="url(#g)"/>'
    } | svg 1100 175
}
draw_river_water() {
    seed 67
    {
        gradient w '#2d7f9d' '#0f4c64'
        printf '<rect width="1600" height="220" fill="url(#w)"/>'
        for (( i = 0; i < 240; i++ )); do
            random 0 1560; x=$R; random 2 218; y=$R; random 14 70
            printf '<path d="M%s %s q%s -6 %s 0" stroke="#%s" stroke-width="%s" fill="none" stroke-opacity=".7"/>' "$x" "$y" \
                $(( R / 2 )) "$R" "$( (( R % 2 )) && echo bfeaf0 || echo 083a50)" $(( 1 + y / 70 ))
        done
    } | svg 1600 220
}
draw_river_stones() {
    seed 71
    {
        grain g .06 .06 .15 .15 .15 1 7
        for (( i = 0; i < 9; i++ )); do
            random 0 30; y=$(( 60 + (i % 3) * 40 + R ))
            printf '<ellipse cx="%s" cy="%s" rx="%s" ry="%s" fill="#9a9a90" filter="url(#g)"/>' $(( 60 + i * 120 )) "$y" \
                $(( 40 + R )) $(( 18 + R / 2 ))
        done
    } | svg 1100 220
}

# ---- kitchen-lab: a board, a bowl of noodles, a glass of soda

draw_board() {
    {
        grain w .004 .12 .35 .18 .06 1.3 3
        grain p .12 .006 .5 .3 .12 1.1 8
        printf '<rect width="460" height="900" fill="#7b5236" filter="url(#w)"/>'
        printf '<rect x="70" y="190" width="320" height="430" rx="26" fill="#d9a566" filter="url(#p)"/>'
        printf '<circle cx="350" cy="230" r="14" fill="#6a4228"/>'
        printf '<circle cx="105" cy="95" r="80" fill="#f4f1e8"/><circle cx="105" cy="95" r="62" fill="#fbfaf5"/>'
        printf '<circle cx="360" cy="760" r="95" fill="#2f5d8a"/><circle cx="360" cy="760" r="78" fill="#27496d"/>'
        seed 3
        for (( i = 0; i < 30; i++ )); do
            random -55 55; x=$R; random -40 40
            printf '<circle cx="%s" cy="%s" r="9" fill="#%s"/>' $(( 105 + x * 3 / 4 )) $(( 95 + R )) \
                "$( (( i % 2 )) && echo 7cb518 || echo a7c957)"
        done
        for (( i = 0; i < 40; i++ )); do
            random -50 50; x=$R; random -50 50
            printf '<rect x="%s" y="%s" width="14" height="8" rx="3" fill="#%s"/>' $(( 355 + x )) $(( 755 + R )) \
                "$( (( i % 3 )) && echo d62828 || echo f77f00)"
        done
        printf '<g fill="#ff8c1a" stroke="#e06c00" stroke-width="3">'
        for (( i = 0; i < 9; i++ )); do
            printf '<circle cx="%s" cy="%s" r="21"/><circle cx="%s" cy="%s" r="9" fill="#ffb25e" stroke="none"/>' \
                $(( 110 + i % 3 * 46 )) $(( 420 + i / 3 * 52 )) $(( 110 + i % 3 * 46 )) $(( 420 + i / 3 * 52 ))
        done
        printf '</g>'
    } | svg 460 900
}
draw_knife() {
    svg 260 60 <<< '<path d="M4 30 Q60 2 150 8 V44 H40 Q14 42 4 30z" fill="#d8dde2" stroke="#8a939b" stroke-width="2"/><rect
        x="148" y="6" width="108" height="26" rx="10" fill="#2b2b2b"/><circle cx="175" cy="19" r="4" fill="#bbb"/><circle
        cx="225" cy="19" r="4" fill="#bbb"/>'
}
draw_carrot() {
    svg 220 80 <<< '<path d="M4 42 Q70 12 160 18 Q184 24 184 42 Q184 58 160 62 Q70 68 4 42z" fill="#ff8c1a"/><path d="M50 30
        l6 22 M90 24 l6 34 M130 22 l4 38" stroke="#d96c00" stroke-width="3"/><path d="M182 34 l34 -28 M184 40 h34 M182 46 l32 26"
        stroke="#4c9a2a" stroke-width="8" stroke-linecap="round"/>'
}
draw_bowl() {
    seed 17
    {
        printf '<radialGradient id="b"><stop stop-color="#d98b3a"/><stop offset="100%%" stop-color="#a55a1c"/></radialGradient>'
        printf '<circle cx="170" cy="170" r="168" fill="#b3202a"/><circle cx="170" cy="170" r="158" fill="#f3e9dc"/>'
        printf '<circle cx="170" cy="170" r="146" fill="url(#b)"/><g fill="none" stroke-width="5" stroke="#f7dc8b">'
        for (( i = 0; i < 46; i++ )); do
            random 70 200; x=$R; random 120 270; y=$R; random 20 70
            printf '<path d="M%s %s q%s -40 %s 0 t%s 4" stroke="#%s"/>' "$x" "$y" "$R" "$R" $(( R / 2 )) \
                "$( (( i % 2 )) && echo f7dc8b || echo e2b95a)"
        done
        printf '</g><ellipse cx="225" cy="110" rx="48" ry="36" fill="#fff"/><ellipse cx="225" cy="112" rx="22" ry="18" '
        printf 'fill="#ff9f1c"/><ellipse cx="120" cy="90" rx="50" ry="30" fill="#7a2e1d"/><path d="M80 82 q40 -16 80 0" '
        printf 'stroke="#e8c39e" stroke-width="7" fill="none"/><rect x="230" y="160" width="66" height="80" fill="#16321f" '
        printf 'transform="rotate(24 263 200)"/>'
        for (( i = 0; i < 26; i++ )); do
            random 70 270; x=$R; random 120 270
            printf '<circle cx="%s" cy="%s" r="7" fill="none" stroke="#5fb34a" stroke-width="4"/>' "$x" "$R"
        done
    } | svg 340 340
}
draw_cloth() {
    {
        printf '<rect width="420" height="760" fill="#f2efe6"/>'
        for (( i = 0; i < 420; i += 60 )); do printf '<rect x="%s" width="30" height="760" fill="#2a9d8f" fill-opacity=".55"/>' "$i"; done
        for (( i = 0; i < 760; i += 60 )); do printf '<rect y="%s" width="420" height="30" fill="#264653" fill-opacity=".45"/>' "$i"; done
        printf '<path d="M40 620 l330 -90 M60 650 l330 -90" stroke="#6b3f20" stroke-width="9" stroke-linecap="round"/>'
    } | svg 420 760
}
draw_steam() {
    {
        printf '<filter id="f"><feGaussianBlur stdDeviation="14"/></filter><g filter="url(#f)" stroke="#fff" fill="none" '
        printf 'stroke-width="26" stroke-opacity=".55">'
        for (( i = 0; i < 4; i++ )); do
            printf '<path d="M%s 700 q70 -90 0 -175 t0 -175 t0 -175 t0 -175"/>' $(( 50 + i * 65 ))
        done
        printf '</g>'
    } | svg 340 700
}
draw_soda_table() {
    {
        gradient s '#ff9a76' '#ff6f61' '#d7385e'
        grain g .9 .9 1 .9 .7 .35 5
        printf '<rect width="480" height="480" fill="url(#s)" filter="url(#g)"/>'
        printf '<circle cx="380" cy="110" r="190" fill="#ffd166" fill-opacity=".5"/><rect y="390" width="480" height="90" '
        printf 'fill="#6a0f3a"/><g fill="#ffe5b4" fill-opacity=".35">'
        for (( i = 0; i < 12; i++ )); do printf '<rect x="%s" y="0" width="14" height="390" transform="skewX(-12)"/>' $(( i * 55 )); done
        printf '</g>'
    } | svg 480 480
}
draw_glass() {
    {
        gradient l '#ffe08a' '#ff9f1c' '#e85d04'
        printf '<path d="M24 90 L214 90 L190 396 H48z" fill="url(#l)" fill-opacity=".92"/>'
        printf '<path d="M14 30 L224 30 L194 402 H44z" fill="#fff" fill-opacity=".22" stroke="#fff" stroke-width="4"/>'
        printf '<g fill="#fff" fill-opacity=".55"><rect x="50" y="100" width="56" height="52" rx="8" transform="rotate(-14 80 120)"/>'
        printf '<rect x="120" y="118" width="60" height="56" rx="8" transform="rotate(18 150 140)"/></g>'
        printf '<path d="M160 -10 L128 330" stroke="#06d6a0" stroke-width="13"/>'
    } | svg 240 410
}
# draw_slice RIND FLESH
draw_slice() {
    {
        printf '<circle cx="75" cy="75" r="72" fill="%s"/><circle cx="75" cy="75" r="63" fill="#fff6dc"/>' "$1"
        for (( i = 0; i < 9; i++ )); do
            printf '<path d="M75 68 L58 24 Q75 12 92 24z" fill="%s" transform="rotate(%s 75 75)"/>' "$2" $(( i * 40 ))
        done
        printf '<path d="M75 75 L75 14" stroke="%s" stroke-width="7"/>' "$1"
    } | svg 150 150
}
draw_slice_orange() { draw_slice '#f77f00' '#ffb347'; }
draw_slice_lime() { draw_slice '#4c9a2a' '#b5e48c'; }
draw_slice_grapefruit() { draw_slice '#ffb703' '#ff5d73'; }
draw_bubbles() {
    seed 83
    for (( i = 0; i < 90; i++ )); do
        random 4 176; x=$R; random 0 700; y=$R; random 3 10
        printf '<circle cx="%s" cy="%s" r="%s" fill="#fff" fill-opacity=".5" stroke="#fff" stroke-width="1.5"/>' "$x" "$y" "$R"
    done | svg 180 700
}

# ---- desk-tour: a desk, a keyboard

draw_desk() {
    seed 97
    {
        gradient w '#2b3a55' '#394867'
        grain t .003 .1 .25 .12 .04 1.2 6
        printf '<rect width="1100" height="640" fill="url(#w)"/>'
        printf '<rect y="470" width="1100" height="170" fill="#a8703f" filter="url(#t)"/>'
        printf '<rect x="40" y="120" width="300" height="14" fill="#d9c2a3"/><rect x="40" y="270" width="300" height="14" fill="#d9c2a3"/>'
        x=48
        for (( i = 0; i < 26; i++ )); do
            random 12 24; w=$R; random 60 104
            colors=(e63946 f4a261 2a9d8f e9c46a 8ecae6 b5838d)
            printf '<rect x="%s" y="%s" width="%s" height="%s" fill="#%s"/>' "$x" $(( (i < 14 ? 120 : 270) - R )) $(( w - 2 )) "$R" \
                "${colors[i % 6]}"
            x=$(( x + w ))
            (( i != 13 )) || x=48
        done
        printf '<rect x="400" y="200" width="360" height="220" rx="10" fill="#11151c"/><rect x="412" y="212" width="336" height="196" '
        printf 'fill="#1b2838"/><rect x="560" y="420" width="40" height="50" fill="#888"/><rect x="510" y="464" width="140" height="12" fill="#999"/>'
        for (( i = 0; i < 13; i++ )); do
            random 0 5; c=(7ee787 79c0ff ffa657 d2a8ff ff7b72); random 40 200
            printf '<rect x="%s" y="%s" width="%s" height="7" rx="3" fill="#%s"/>' $(( 424 + i % 4 * 16 )) $(( 224 + i * 14 )) "$R" "${c[i % 5]}"
        done
        printf '<path d="M860 470 l30 -210 l80 -70" stroke="#f1faee" stroke-width="9" fill="none"/><path d="M940 150 l80 50 l-60 60z" '
        printf 'fill="#ffb703"/><polygon points="985,225 1100,470 820,470" fill="#fff3c4" fill-opacity=".28"/>'
        printf '<rect x="95" y="400" width="84" height="80" rx="8" fill="#e07a5f"/><g fill="#52b788">'
        for (( i = 0; i < 9; i++ )); do printf '<ellipse cx="137" cy="350" rx="12" ry="62" transform="rotate(%s 137 405)"/>' $(( i * 20 - 80 )); done
        printf '</g><rect x="800" y="420" width="56" height="62" rx="6" fill="#f1faee"/><rect x="430" y="520" width="300" height="64" rx="8" '
        printf 'fill="#e8e8ec"/>'
        for (( i = 0; i < 48; i++ )); do
            printf '<rect x="%s" y="%s" width="20" height="11" rx="2" fill="#50556b"/>' $(( 440 + i % 12 * 24 )) $(( 527 + i / 12 * 14 ))
        done
    } | svg 1100 640
}
draw_keys() {
    seed 101
    {
        gradient s '#432371' '#faae7b'
        printf '<rect width="820" height="440" fill="url(#s)"/><rect x="30" y="60" width="760" height="320" rx="22" fill="#20222b"/>'
        letters=(q w e r t y u i o p '[' a s d f g h j k l ';' '.' z x c v b n m ',' '/' - '=' 1 2 3 4 5 6 7 8 9 0 +)
        colors=(f7f7ff f7f7ff ffcb77 f7f7ff fe6d73 f7f7ff 17c3b2 227c9d)
        for (( i = 0; i < 44; i++ )); do
            random 0 8; x=$(( 48 + i % 11 * 66 )); y=$(( 78 + i / 11 * 72 ))
            printf '<rect x="%s" y="%s" width="58" height="62" rx="9" fill="#0b0c10"/><rect x="%s" y="%s" width="50" height="50" rx="8" fill="#%s"/>' \
                "$x" "$y" $(( x + 4 )) $(( y + 3 )) "${colors[R]}"
            printf '<text x="%s" y="%s" font-family="DejaVu Sans" font-weight="bold" font-size="22" fill="#333">%s</text>' $(( x + 14 )) $(( y + 34 )) \
                "${letters[i]}"
        done
    } | svg 820 440
}
draw_hand() {
    svg 230 260 <<< '<g fill="#e0a37e" stroke="#b97a56" stroke-width="3"><rect x="20" y="20" width="34" height="120" rx="17"/><rect
        x="62" y="4" width="34" height="130" rx="17"/><rect x="104" y="10" width="34" height="130" rx="17"/><rect x="146" y="30" width="32"
        height="110" rx="16"/><path d="M20 110 H178 Q210 110 222 150 Q200 160 184 180 Q170 230 160 260 H50 Q20 190 20 110z"/></g>'
}
draw_glow() {
    svg 60 60 <<< '<rect x="2" y="2" width="56" height="56" rx="10" fill="#5ef1ff" fill-opacity=".85"/>'
}

# ---- tide-pool: a reef

draw_reef_water() {
    {
        gradient s '#7fe7f0' '#1aa6c4' '#064b7a' '#032b4f'
        grain g .01 .03 .8 1 1 .5 12
        printf '<rect width="640" height="360" fill="url(#s)" filter="url(#g)"/>'
    } | svg 640 360
}
draw_reef_rays() {
    for (( i = 0; i < 10; i++ )); do
        printf '<polygon points="%s,0 %s,0 %s,360 %s,360" fill="#e0ffff" fill-opacity=".16"/>' $(( 60 + i * 110 )) $(( 100 + i * 110 )) \
            $(( i * 110 - 10 )) $(( i * 110 - 120 ))
    done | svg 1100 360
}
draw_reef_floor() {
    seed 127
    {
        grain g .08 .05 .45 .33 .15 .9 21
        printf '<path d="M0 80 Q250 40 500 85 T1000 75 T1700 85 V160 H0z" fill="#e9c98f" filter="url(#g)"/>'
        colors=(ff6b6b ff9f1c c77dff f15bb5 ffd166)
        for (( i = 0; i < 34; i++ )); do
            random 0 1660; x=$R; random 16 44
            printf '<g fill="#%s">' "${colors[i % 5]}"
            for (( k = -2; k <= 2; k++ )); do
                printf '<ellipse cx="%s" cy="%s" rx="%s" ry="%s" transform="rotate(%s %s 100)"/>' "$x" $(( 100 - R )) $(( R / 4 )) "$R" $(( k * 24 )) "$x"
            done
            printf '</g>'
        done
    } | svg 1700 160
}
draw_reef_weed() {
    seed 131
    for (( i = 0; i < 22; i++ )); do
        random 150 330
        printf '<path d="M%s 360 q-24 -%s 4 -%s t4 -%s" stroke="#%s" stroke-width="%s" fill="none" stroke-linecap="round"/>' $(( 20 + i * 95 )) \
            $(( R / 4 )) $(( R / 2 )) $(( R / 2 )) "$( (( i % 2 )) && echo 0b6e4f || echo 2d936c)" $(( 12 + R / 30 ))
    done | svg 2150 360
}
# draw_fish BODY STRIPE
draw_fish() {
    svg 130 80 <<< "<path d='M6 40 Q50 -8 100 34 L126 14 V66 L100 46 Q50 88 6 40z' fill='$1'/><path d='M44 16 Q54 40 44 64 L56 66 Q66 40
        56 13z M74 18 Q82 40 74 62 L84 56 Q88 40 84 24z' fill='$2'/><circle cx='26' cy='34' r='7' fill='#fff'/><circle cx='25' cy='34' r='3.5'
        fill='#111'/>"
}
draw_fish_orange() { draw_fish '#ff7b00' '#ffffff'; }
draw_fish_yellow() { draw_fish '#ffd60a' '#003566'; }
draw_fish_violet() { draw_fish '#9d4edd' '#4cc9f0'; }

# ---- night-tram: a street in the rain

draw_tram_sky() {
    seed 139
    {
        gradient s '#0b1026' '#1f1147' '#5c2a6b' '#c04b6e'
        printf '<rect width="360" height="640" fill="url(#s)"/><circle cx="265" cy="95" r="42" fill="#fdf3c7"/><circle cx="250" cy="86" r="38" '
        printf 'fill="#0f1230"/>'
        for (( i = 0; i < 70; i++ )); do random 0 360; x=$R; random 0 300; printf '<circle cx="%s" cy="%s" r="1.5" fill="#fff"/>' "$x" "$R"; done
    } | svg 360 640
}
# draw_houses SEED WIDTH LOWEST HIGHEST WALL...: lit windows in three colours
draw_houses() {
    seed "$1"
    local width=$2 low=$3 high=$4 x=0 w h wx wy walls
    shift 4
    walls=("$@")
    {
        while (( x < width )); do
            random 70 120; w=$R; random "$low" "$high"; h=$R; random 0 ${#walls[@]}
            printf '<rect x="%s" y="%s" width="%s" height="%s" fill="#%s"/>' "$x" $(( 520 - h )) "$w" "$h" "${walls[R]}"
            for (( wy = 520 - h + 14; wy < 490; wy += 30 )); do
                for (( wx = x + 10; wx < x + w - 16; wx += 24 )); do
                    random 0 10
                    (( R > 5 )) && continue
                    c=(ffd97d ffb347 fff1b8 8ad7ff 2a2350 2a2350)
                    printf '<rect x="%s" y="%s" width="13" height="18" fill="#%s"/>' "$wx" "$wy" "${c[R]}"
                done
            done
            x=$(( x + w + 4 ))
        done
    } | svg "$width" 520
}
draw_tram_far() { draw_houses 149 700 220 380 2b2055 35286b 241a4a; }
draw_tram_near() { draw_houses 151 1100 130 260 181233 1e173d 120d28; }
draw_tram_street() {
    seed 157
    {
        gradient s '#2a2444' '#0c0a18'
        printf '<rect width="900" height="130" fill="url(#s)"/>'
        for (( i = 0; i < 60; i++ )); do
            random 0 900; x=$R; random 20 100
            c=(ffd97d ff8fa3 8ad7ff)
            printf '<rect x="%s" y="%s" width="5" height="%s" fill="#%s" fill-opacity=".45"/>' "$x" $(( 120 - R )) "$R" "${c[i % 3]}"
        done
        printf '<path d="M0 46 H900 M0 78 H900" stroke="#9aa" stroke-width="4"/>'
    } | svg 900 130
}
draw_tram() {
    {
        printf '<rect x="4" y="26" width="412" height="126" rx="18" fill="#d62839"/><rect x="4" y="104" width="412" height="20" fill="#f6f1d1"/>'
        for (( i = 0; i < 6; i++ )); do printf '<rect x="%s" y="42" width="50" height="50" rx="6" fill="#ffe8a3"/>' $(( 22 + i * 65 )); done
        for (( i = 0; i < 4; i++ )); do printf '<circle cx="%s" cy="70" r="13" fill="#4a3b52"/><rect x="%s" y="78" width="30" height="14" fill="#4a3b52"/>' $(( 47 + i * 112 )) $(( 32 + i * 112 )); done
        printf '<circle cx="80" cy="156" r="17" fill="#222"/><circle cx="340" cy="156" r="17" fill="#222"/><path d="M150 26 L210 0 L270 26" '
        printf 'stroke="#999" stroke-width="5" fill="none"/><rect x="330" y="30" width="80" height="20" fill="#111"/><text x="338" y="46" '
        printf 'font-family="DejaVu Sans" font-weight="bold" font-size="15" fill="#ffb703">LINE 7</text>'
    } | svg 420 176
}
draw_rain() {
    seed 163
    for (( i = 0; i < 240; i++ )); do
        random -60 420; x=$R; random 0 1400
        printf '<path d="M%s %s l-9 30" stroke="#cfe8ff" stroke-opacity=".55" stroke-width="2"/>' "$x" "$R"
    done | svg 400 1400
}

# ---- clip-harbor: balloons, its own footage

draw_fields() {
    seed 173
    {
        gradient s '#4cc9f0' '#bde0fe'
        printf '<rect width="900" height="360" fill="url(#s)"/>'
        c=(90be6d f9c74f 43aa8b f8961e a7c957 d4a373)
        for (( i = 0; i < 30; i++ )); do
            printf '<polygon points="%s,%s %s,%s %s,%s %s,%s" fill="#%s" stroke="#5a7d3a"/>' $(( i % 10 * 95 )) $(( 230 + i / 10 * 44 )) \
                $(( i % 10 * 95 + 95 )) $(( 230 + i / 10 * 44 )) $(( i % 10 * 95 + 80 )) $(( 274 + i / 10 * 44 )) $(( i % 10 * 95 - 15 )) \
                $(( 274 + i / 10 * 44 )) "${c[(i * 7 + i / 10) % 6]}"
        done
    } | svg 900 360
}
# draw_balloon COLOR COLOR
draw_balloon() {
    svg 120 170 <<< "<path d='M60 4 C120 4 126 70 78 122 H42 C-6 70 0 4 60 4z' fill='$1'/><path d='M60 4 C84 20 88 80 70 122 H50 C32 80 36 20
        60 4z' fill='$2'/><path d='M44 122 L50 146 M76 122 L70 146' stroke='#5b4636' stroke-width='3'/><rect x='46' y='144' width='28'
        height='22' rx='4' fill='#8a5a34'/>"
}
draw_balloon_red() { draw_balloon '#e63946' '#ffe66d'; }
draw_balloon_blue() { draw_balloon '#3a0ca3' '#4cc9f0'; }
draw_balloon_pink() { draw_balloon '#ff70a6' '#ffffff'; }

# ---- old-phone: a garden, a market, gears

draw_garden() {
    seed 181
    {
        gradient s '#bfe3ff' '#e9f5db' '#6a994e' '#386641'
        grain g .05 .2 .1 .3 .05 .9 31
        printf '<rect width="1100" height="360" fill="url(#s)" filter="url(#g)"/>'
        c=(ef476f ffd166 ffffff f78c6b b388eb)
        for (( i = 0; i < 90; i++ )); do
            random 0 1100; x=$R; random 150 350; y=$R; r=$(( 4 + (y - 140) / 16 ))
            printf '<path d="M%s %s v60" stroke="#2d6a4f" stroke-width="3"/><g fill="#%s">' "$x" "$y" "${c[i % 5]}"
            for (( k = 0; k < 5; k++ )); do
                printf '<circle cx="%s" cy="%s" r="%s" transform="rotate(%s %s %s)"/>' "$x" $(( y - r )) "$r" $(( k * 72 )) "$x" "$y"
            done
            printf '</g><circle cx="%s" cy="%s" r="%s" fill="#5c3d2e"/>' "$x" "$y" "$r"
        done
    } | svg 1100 360
}
draw_butterfly() {
    svg 60 50 <<< '<g fill="#ff6d00" stroke="#240046" stroke-width="3"><path d="M30 25 Q4 -8 4 20 Q6 34 30 25 Q10 48 20 46 Q30 42 30 25z"/><path
        d="M30 25 Q56 -8 56 20 Q54 34 30 25 Q50 48 40 46 Q30 42 30 25z"/></g>'
}
draw_market() {
    seed 191
    {
        printf '<rect width="1000" height="360" fill="#f5e6ca"/><rect y="300" width="1000" height="60" fill="#8d8070"/>'
        for (( s = 0; s < 5; s++ )); do
            c=(d62828 2a9d8f e9c46a 6a4c93 1982c4)
            for (( k = 0; k < 8; k++ )); do
                printf '<path d="M%s 90 h22 v40 q-11 16 -22 0z" fill="#%s"/>' $(( s * 200 + 12 + k * 22 )) "$( (( k % 2 )) && echo ffffff || echo "${c[s]}")"
            done
            printf '<rect x="%s" y="220" width="176" height="70" fill="#9c6b3f"/>' $(( s * 200 + 12 ))
            for (( k = 0; k < 24; k++ )); do
                random 0 6; f=(e63946 ffb703 80b918 fb8500 7b2cbf f4a261)
                printf '<circle cx="%s" cy="%s" r="11" fill="#%s"/>' $(( s * 200 + 26 + k % 8 * 21 )) $(( 214 - k / 8 * 15 )) "${f[(R + s) % 6]}"
            done
        done
    } | svg 1000 360
}
draw_shopper() {
    svg 90 200 <<< '<circle cx="45" cy="30" r="24" fill="#7f5539"/><path d="M12 70 Q45 44 78 70 L84 150 H6z" fill="#355070"/><rect x="18" y="148" width="20"
        height="50" fill="#22223b"/><rect x="52" y="148" width="20" height="50" fill="#22223b"/><rect x="66" y="100" width="22" height="40" fill="#f28482"/>'
}
# draw_gear TEETH COLOR: 200 across
draw_gear() {
    {
        for (( i = 0; i < $1; i++ )); do
            printf '<rect x="88" y="2" width="24" height="40" fill="%s" transform="rotate(%s 100 100)"/>' "$2" $(( 360 * i / $1 ))
        done
        printf '<circle cx="100" cy="100" r="80" fill="%s"/><circle cx="100" cy="100" r="58" fill="#1c2321" fill-opacity=".35"/>' "$2"
        for (( i = 0; i < 5; i++ )); do
            printf '<circle cx="100" cy="62" r="15" fill="#20262e" transform="rotate(%s 100 100)"/>' $(( 72 * i ))
        done
        printf '<circle cx="100" cy="100" r="14" fill="#f1faee"/>'
    } | svg 200 200
}
draw_gear_brass() { draw_gear 12 '#d4a017'; }
draw_gear_copper() { draw_gear 10 '#c0632f'; }
draw_gear_steel() { draw_gear 16 '#9fb3c8'; }
draw_bench_plate() {
    {
        grain g .3 .004 .6 .65 .7 .9 41
        printf '<rect width="480" height="480" fill="#3d4752" filter="url(#g)"/>'
        for (( i = 0; i < 16; i++ )); do printf '<circle cx="%s" cy="%s" r="7" fill="#1b1f24"/>' $(( 30 + i % 4 * 140 )) $(( 30 + i / 4 * 140 )); done
    } | svg 480 480
}

# ---- quiet-frames: stills

draw_lighthouse() {
    seed 199
    {
        gradient s '#fbc4ab' '#f08080' '#6d597a'
        gradient w '#355070' '#1d3557'
        grain g .04 .25 .9 .8 .8 .5 51
        printf '<rect width="640" height="360" fill="url(#s)"/><rect y="240" width="640" height="120" fill="url(#w)" filter="url(#g)"/>'
        printf '<polygon points="470,92 0,20 0,150" fill="#fff3b0" fill-opacity=".4"/><path d="M380 300 Q480 190 640 230 V360 H350z" fill="#3d2c2e"/>'
        printf '<polygon points="452,110 492,110 506,236 438,236" fill="#fefae0"/><polygon points="449,140 495,140 498,168 446,168" fill="#bc4749"/>'
        printf '<polygon points="443,196 501,196 504,222 440,222" fill="#bc4749"/><rect x="456" y="78" width="32" height="32" fill="#ffe66d"/>'
        printf '<path d="M450 78 L472 56 L494 78z" fill="#bc4749"/>'
    } | svg 640 360
}
draw_sailboat() {
    {
        gradient w '#48cae4' '#0077b6'
        grain g .01 .2 1 1 1 .7 57
        printf '<rect width="640" height="360" fill="#fff1e6"/><circle cx="130" cy="110" r="60" fill="#ff9b54"/><rect y="220" width="640" height="140" '
        printf 'fill="url(#w)" filter="url(#g)"/><polygon points="330,40 330,230 460,230" fill="#ce4257"/><polygon points="318,70 318,230 230,230" '
        printf 'fill="#fff"/><path d="M210 240 H480 L440 284 H250z" fill="#4f000b"/>'
    } | svg 640 360
}
draw_cactus() {
    {
        gradient s '#ffba08' '#e85d04' '#9d0208'
        printf '<rect width="640" height="360" fill="url(#s)"/><path d="M0 270 Q160 220 320 265 T640 250 V360 H0z" fill="#6a040f"/><g fill="#2b9348" '
        printf 'stroke="#1b5e20" stroke-width="5"><rect x="290" y="70" width="60" height="240" rx="30"/><path d="M350 200 h40 v-70 q20 -24 40 0 v110 q0 14 -14 14 h-66z"/>'
        printf '<path d="M290 230 h-40 v-90 q-20 -24 -40 0 v130 q0 14 14 14 h66z"/></g>'
        printf '<rect x="70" y="250" width="90" height="70" rx="10" fill="#bc6c25"/><rect x="500" y="262" width="60" height="60" rx="10" fill="#dda15e"/>'
    } | svg 640 360
}
draw_tea() {
    {
        printf '<rect width="640" height="360" fill="#cdb4db"/>'
        for (( i = 0; i < 40; i++ )); do printf '<circle cx="%s" cy="%s" r="16" fill="#a2d2ff"/>' $(( i % 10 * 70 + i / 10 % 2 * 35 )) $(( 20 + i / 10 * 60 )); done
        printf '<rect y="250" width="640" height="110" fill="#ffafcc"/><ellipse cx="250" cy="210" rx="120" ry="88" fill="#fff"/><path d="M360 180 q90 -60 110 -70 '
        printf 'l14 14 q-50 40 -100 120z" fill="#fff"/><path d="M140 170 q-90 10 -50 80 q30 30 60 0" stroke="#fff" stroke-width="18" fill="none"/><ellipse cx="250" '
        printf 'cy="125" rx="60" ry="16" fill="#ff8fab"/><circle cx="250" cy="104" r="14" fill="#ff8fab"/><path d="M460 230 h110 q0 80 -55 80 t-55 -80z" fill="#48bfe3"/>'
    } | svg 640 360
}
draw_poster() {
    seed 211
    {
        printf '<rect width="480" height="480" fill="#fefae0"/>'
        c=(264653 2a9d8f e9c46a f4a261 e76f51)
        for (( i = 0; i < 36; i++ )); do
            random 0 4; x=$(( i % 6 * 80 )); y=$(( i / 6 * 80 ))
            case $R in
                0) printf '<path d="M%s %s h80 a80 80 0 0 1 -80 80z" fill="#%s"/>' "$x" "$y" "${c[i % 5]}" ;;
                1) printf '<circle cx="%s" cy="%s" r="38" fill="#%s"/>' $(( x + 40 )) $(( y + 40 )) "${c[(i + 2) % 5]}" ;;
                2) printf '<path d="M%s %s l80 80 h-80z" fill="#%s"/>' "$x" "$y" "${c[(i + 1) % 5]}" ;;
                *) printf '<rect x="%s" y="%s" width="80" height="40" fill="#%s"/>' "$x" "$y" "${c[(i + 3) % 5]}" ;;
            esac
        done
    } | svg 480 480
}
draw_studio() {
    {
        gradient s '#2d3142' '#4f5d75'
        printf '<rect width="640" height="360" fill="url(#s)"/>'
        for (( i = 0; i < 32; i++ )); do printf '<path d="M%s %s l40 0 l-20 34z" fill="#1f2330"/>' $(( i % 8 * 84 )) $(( i / 8 * 92 + 10 )); done
        printf '<rect y="290" width="640" height="70" fill="#ef8354"/><rect x="440" y="60" width="84" height="150" rx="42" fill="#bfc0c0"/><path d="M440 110 h84 M440 135 h84 '
        printf 'M440 160 h84" stroke="#4f5d75" stroke-width="6"/><path d="M482 210 v90 M420 150 q0 100 62 100 t62 -100" stroke="#111" stroke-width="9" fill="none"/>'
        printf '<rect x="40" y="70" width="330" height="190" rx="14" fill="#fff"/><rect x="60" y="92" width="290" height="100" fill="#06d6a0"/><path d="M60 192 l80 -70 l60 50 '
        printf 'l50 -40 l100 60z" fill="#118ab2"/><rect x="60" y="206" width="230" height="12" fill="#888"/><rect x="60" y="228" width="170" height="12" fill="#bbb"/>'
    } | svg 640 360
}
draw_face() {
    svg 110 110 <<< '<circle cx="55" cy="55" r="52" fill="#ffd166"/><circle cx="38" cy="44" r="8" fill="#222"/><circle cx="72" cy="44" r="8" fill="#222"/>'
}
draw_mouth() { svg 44 30 <<< '<ellipse cx="22" cy="15" rx="20" ry="13" fill="#9b2226"/>'; }

# ---- daily-finds: what is laid over a copied video

draw_badge() {
    svg 110 44 <<< '<rect width="110" height="44" rx="22" fill="#111" fill-opacity=".75"/><circle cx="24" cy="22" r="13" fill="#ff006e"/><text x="44" y="29"
        font-family="DejaVu Sans" font-weight="bold" font-size="17" fill="#fff">finds</text>'
}
draw_caption() {
    svg 420 64 <<< '<rect width="420" height="64" rx="12" fill="#fff" fill-opacity=".92"/><text x="210" y="41" text-anchor="middle" font-family="DejaVu Sans"
        font-weight="bold" font-size="23" fill="#d7385e">you need this today!!!</text>'
}

# ---- screen-room

# draw_grating SPACING SLANT: two sets of fine dark lines, one slightly turned, that beat against each other
draw_grating() {
    {
        printf '<pattern id="p" width="%s" height="%s" patternUnits="userSpaceOnUse"><rect width="%s" height="%s" fill="#000"/></pattern>' \
            "$1" "$1" "$1" "$(awk "BEGIN { print $1 / 2 }")"
        printf '<pattern id="q" width="%s" height="%s" patternUnits="userSpaceOnUse" patternTransform="rotate(%s)"><rect width="%s" height="%s" ' \
            "$1" "$1" "$2" "$1" "$(awk "BEGIN { print $1 / 2 }")"
        printf 'fill="#001028"/></pattern><rect width="430" height="700" fill="url(#p)" fill-opacity=".22"/>'
        printf '<rect width="430" height="700" fill="url(#q)" fill-opacity=".26"/>'
    } | svg 430 700
}
