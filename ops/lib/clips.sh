# shellcheck shell=bash
# The demo clips: what is drawn, said and played in each, and how the copies were made. fixtures/truth.json says what is
# shellcheck disable=SC2154 # $work is made by ops/fixtures
# true of the result; change both together. Runs in the folder that receives the clips; needs scenes.sh and $work.

ff() { ffmpeg -nostdin -v error -y -filter_complex_threads 1 "$@"; }

# Everything an encoder needs to write the same bytes again: one thread, no version strings, no dates.
same_bytes=(-threads 1 -flags +bitexact -fflags +bitexact -map_metadata -1)
h264=(-c:v libx264 -preset superfast -pix_fmt yuv420p -g 50)
aac=(-c:a aac -b:a 64k -ac 1)

# ---- sound

# tune SEED BEATS-PER-MINUTE ROOT-HZ: an expression for aevalsrc. A five-tone melody chosen by the seed, a bass that changes
# every eight notes, a drum on the beat, a cymbal on every note.
tune() {
    local step="(30/$2)"
    printf '%s' "st(0,floor(t/$step));st(1,t-ld(0)*$step);" \
        "st(2,floor(5*mod(abs(sin((ld(0)+1)*$1)*437.585),1)));st(3,$3*pow(2,(2*ld(2)+gte(ld(2),3))/12));" \
        "st(4,floor(4*mod(abs(sin((floor(ld(0)/8)+1)*$1)*91.37),1)));st(5,$3/4*pow(2,(2*ld(4)+gte(ld(4),3))/12));" \
        "st(6,mod(t,2*$step));" \
        "0.3*exp(-5*ld(1))*(1-exp(-300*ld(1)))*(sin(2*PI*ld(3)*t)+0.5*sin(4*PI*ld(3)*t)+0.25*sin(6*PI*ld(3)*t))" \
        "+0.16*(sin(2*PI*ld(5)*t)+0.5*sin(6*PI*ld(5)*t))" \
        "+0.35*exp(-20*ld(6))*sin(2*PI*(50+60*exp(-30*ld(6)))*t)+0.1*exp(-50*ld(1))*(random(9)-0.5)"
}

# sound NAME SECONDS VOICE WORDS-PER-MINUTE SENTENCE TUNE...: speech over a tune, to $work/NAME.wav
sound() {
    espeak-ng -v "$3" -s "$4" -w "$work/$1.speech.wav" "$5"
    ff -i "$work/$1.speech.wav" -f lavfi -i "aevalsrc='$(tune "$6" "$7" "$8")':s=16000:d=$2" -filter_complex \
        "[0:a]aresample=32000,adelay=300,apad[s];[1:a]aresample=32000,volume=0.6[m];[s][m]amix=inputs=2:duration=shortest:normalize=0" \
        -ac 1 "${same_bytes[@]}" "$work/$1.wav"
}

# ---- picture

# librsvg hands out colours that are already multiplied by their alpha.
see_through='format=gbrap,unpremultiply=inplace=1,format=yuva420p'

# clip FILE SECONDS FRAMES-PER-SECOND "LAYER ..." GRAPH OPTION...: each layer becomes the endless stream [LAYER], the graph
# leaves its picture in [v]. A layer written =LAYER is opaque, which blends several times faster. The sound is $work/BASENAME.wav where there is one. With keep_times=yes frames keep their own
# times instead of a constant rate.
clip() {
    local file=$1 seconds=$2 fps=$3 rate='' graph='' index=0 name pixels
    local -a layers inputs=() audio=()
    read -r -a layers <<< "$4"
    for name in "${layers[@]}"; do
        pixels=$see_through
        if [[ $name == =* ]]; then
            pixels='format=yuv420p'
            name=${name#=}
        fi
        "draw_$name" > "$work/$name.svg"
        inputs+=(-i "$work/$name.svg")
        graph+="[$index:v]$pixels,loop=-1:1,settb=1/$fps,setpts=N[$name];"
        index=$(( index + 1 ))
    done
    name="${file##*/}"
    name="$work/${name%.*}.wav"
    if [[ -e $name ]]; then
        inputs+=(-i "$name")
        audio=(-map "$index:a")
    fi
    mkdir -p "${file%/*}"
    [[ ${keep_times:-no} == yes ]] || rate="fps=$fps,"
    ff "${inputs[@]}" -filter_complex "$graph$5;[v]${rate}format=yuv420p[out]" -map '[out]' "${audio[@]}" -t "$seconds" \
        "${same_bytes[@]}" "${@:6}" "$file"
}

# copy FILE REFERENCE OPTION...: the reference again, changed as the options say
copy() {
    mkdir -p "${1%/*}"
    ff -i "$2" "${@:3}" "${same_bytes[@]}" "$1"
}

# turn_clockwise FILE: tells players to turn the picture of an MP4 by a quarter; the coded picture stays as it is. The options
# for it changed between FFmpeg's versions, so the display matrix of the first track is written here: nine 32-bit numbers,
# 44 bytes after the start of the word tkhd (ISO/IEC 14496-12, 8.3.2), the first six as 16.16 and the ninth as 2.30.
turn_clockwise() {
    local at
    at="$(LC_ALL=C grep -abo tkhd "$1" | head -n 1 | cut -d : -f 1)"
    {
        printf '\0\0\0\0' && printf '\0\1\0\0' && printf '\0\0\0\0'
        printf '\377\377\0\0' && printf '\0\0\0\0' && printf '\0\0\0\0'
        printf '\1\150\0\0' && printf '\0\0\0\0' && printf '\100\0\0\0'
    } | dd of="$1" bs=1 seek=$(( at + 44 )) conv=notrunc status=none
}

make_originals() {
    local a b
    sound ramen-in-ten 10 en-us+f3 150 "Ramen in ten minutes. Slice the carrots thin, warm the broth, and do not forget the egg." 3.7 96 392
    a="[board]crop=360:640:x='20+15*sin(t)':y='40+28*t'[a1];[a1][knife]overlay=x='150+8*t':y='310+40*abs(sin(7*t))'[a2]"
    a+=";[a2][carrot]overlay=x='20+12*t':y='500-16*t',trim=duration=5[a3]"
    b="[cloth]crop=360:640:x='10+8*t':y='100-12*t'[b1];[bowl]rotate=a='0.5*t':c=none[b2];[b1][b2]overlay=x='10+6*sin(2*t)':y='140-6*t'[b3]"
    b+=";[b3][steam]overlay=x='8*sin(2*t)':y='-40-50*t'[b4];[b4]trim=duration=5[b5];[a3][b5]concat=n=2[v]"
    clip kitchen-lab/ramen-in-ten.mp4 10 25 "=board knife carrot =cloth bowl steam" "$a;$b" "${h264[@]}" -crf 27 "${aac[@]}"

    sound citrus-soda 8 en-gb+f2 160 "Citrus soda, three slices, lots of ice. Watch the bubbles." 5.3 122 523
    a="[slice_orange]rotate=a='1.5*t':c=none[r1];[slice_lime]rotate=a='-2*t':c=none[r2];[slice_grapefruit]rotate=a='t':c=none[r3]"
    a+=";[soda_table][r1]overlay=x='-40+60*t':y='20+60*abs(sin(2*t))'[a1];[a1][r3]overlay=x='330-12*t':y='250-20*sin(3*t)'[a2]"
    a+=";[a2][glass]overlay=x=120:y='40+10*sin(t)'[a3];[a3][bubbles]overlay=x=150:y='120-75*t'[a4];[a4][r2]overlay=x='20+25*t':y='320-10*t'[v]"
    clip kitchen-lab/citrus-soda.webm 8 25 "=soda_table slice_orange slice_lime slice_grapefruit glass bubbles" "$a" \
        -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 450k -g 75 -c:a libopus -b:a 48k

    sound ridge-at-dawn 12 en-gb-scotland 140 "Dawn on the ridge. Cold hands, warm tea, and the valley slowly fills with light." 2.9 84 330
    a="[ridge_sky][ridge_clouds]overlay=x='-30*t':y='20'[a1];[a1][ridge_far]overlay=x='-18*t':y='6*sin(t)'[a2];[a2][bird]overlay=x='620-55*t':y='70+14*sin(5*t)'[a3]"
    a+=";[a3][ridge_mid]overlay=x='-45*t':y=0[a4];[a4][ridge_near]overlay=x='-120*t':y='8*sin(2*t)'[v]"
    clip trail-notes/ridge-at-dawn.mp4 12 25 "=ridge_sky ridge_clouds ridge_far bird ridge_mid ridge_near" "$a" "${h264[@]}" -crf 28 "${aac[@]}"

    sound river-crossing 8 en-us 155 "The bridge is gone, so we cross on the stones. Step, step, and a small jump." 7.1 108 294
    a="[river_water]crop=640:220:x='95*t':y=0[w];color=black:s=640x360:r=25[k];[k][w]overlay=x=0:y=140[a1];[a1][river_bank]overlay=x='-30*t':y='4*sin(2*t)'[a2]"
    a+=";[a2][river_stones]overlay=x='-46*t':y='150+6*sin(3*t)'[v]"
    clip trail-notes/river-crossing.ts 8 25 "=river_water river_bank river_stones" "$a" "${h264[@]}" -crf 28 "${aac[@]}" -f mpegts

    sound small-desk 8 en-us+m3 165 "A small desk, but everything has its place: books, plant, lamp, and one good keyboard." 4.3 100 349
    a="[desk]crop=360:640:x='40+66*t':y=0,eq=brightness='0.05*sin(3*t)':eval=frame,transpose=2[v]"
    clip desk-tour/small-desk.mp4 8 30 =desk "$a" "${h264[@]}" -crf 26 "${aac[@]}"
    turn_clockwise desk-tour/small-desk.mp4

    sound key-sounds 8 en-gb 170 "Listen to these switches. First slow. Then fast. Then the space bar." 6.1 140 440
    a="[keys]crop=640:360:x='90+85*sin(0.9*t)':y='40+35*cos(1.3*t)'[a1];[a1][glow]overlay=x='mod(floor(t*4)*137,580)':y='mod(floor(t*4)*72,288)'[a2]"
    a+=";[a2][hand]overlay=x='230+170*sin(1.7*t)':y='170+60*abs(sin(6*t))'"
    a+=",fps=30,select='not(eq(mod(n\\,7)\\,3))*not(between(n\\,90\\,99))*not(gt(n\\,160)*mod(n\\,2))'[v]"
    keep_times=yes clip desk-tour/key-sounds.mp4 8 30 "=keys glow hand" "$a" -fps_mode vfr "${h264[@]}" -crf 27 "${aac[@]}"

    sound reef-walk 10 en-us+f4 150 "Low tide at the reef. The yellow ones are shy, the orange ones are not." 8.3 76 262
    a="[reef_water][reef_rays]overlay=x='-200+25*t':y=0[a1];[a1][reef_weed]overlay=x='-50*t':y='6*sin(2*t)'[a2];[a2][fish_violet]overlay=x='640-80*t':y='60+24*sin(2*t)'[a3]"
    a+=";[a3][fish_yellow]overlay=x='760-95*t':y='170+30*sin(1.7*t)'[a4];[a4][fish_orange]overlay=x='520-60*t':y='110+40*sin(3*t)'[a5];[a5][reef_floor]overlay=x='-75*t':y=215[v]"
    clip tide-pool/reef-walk.mp4 10 25 "=reef_water reef_rays reef_weed fish_violet fish_yellow fish_orange reef_floor" "$a" "${h264[@]}" -crf 28 \
        -c:a aac -b:a 64k -ac 2 -ar 48000 -movflags +faststart

    sound last-tram 8 en-us+m5 145 "Line seven, last tram. Rain on the window, and the whole city hums." 9.7 92 370
    a="[tram_sky][tram_far]overlay=x='-25*t':y=0[a1];[a1][tram_near]overlay=x='-70*t':y=0[a2];[a2][tram_street]overlay=x='-50*t':y=510[a3]"
    a+=";[a3][tram]overlay=x='380-115*t':y='392+2*sin(20*t)'[a4];[a4][rain]overlay=x='-10':y='-740+mod(420*t,740)'[v]"
    clip night-tram/last-tram.mp4 8 25 "=tram_sky tram_far tram_near tram_street tram rain" "$a" "${h264[@]}" -crf 31 "${aac[@]}"

    sound zoom-of-the-day 7 en-gb+m2 150 "Zoom of the day. The closer you look, the more there is." 1.9 112 466
    a="mandelbrot=s=320x320:r=25:start_scale=2.5:end_scale=0.004:end_pts=160:maxiter=220:inner=mincol:start_x=-0.743643:start_y=-0.131825"
    clip fractal-lab/zoom-of-the-day.mp4 7 25 "" "$a,format=yuv420p,hue=h='40*t':s=1.6,scale=480:480[v]" "${h264[@]}" -crf 36 "${aac[@]}"

    ff -f lavfi -i "anullsrc=r=32000:cl=mono" -t 7 "${same_bytes[@]}" "$work/cells.wav"
    a="life=s=80x80:r=12.5:seed=7:ratio=0.35:mold=12:life_color=#ffd166:death_color=#7209b7:mold_color=#240046,scale=480:480:flags=neighbor"
    clip fractal-lab/cells.mp4 7 25 "" "$a,scroll=h=0.002[v]" "${h264[@]}" -crf 34 "${aac[@]}"
}


make_copies() {
    local a

    # Whole, smaller and worse.
    copy clip-harbor/noodles-again.mp4 kitchen-lab/ramen-in-ten.mp4 -vf scale=270:480 "${h264[@]}" -crf 35 -c:a aac -b:a 32k -ac 1

    # Seconds 3 to 8 of the ridge, inside its own footage.
    sound trail-mix 12 en-us+m7 160 "Three places you have to see. You will not believe the second." 11.9 128 415
    a="[fields]crop=640:360:x='22*t':y=0[a1];[a1][balloon_blue]overlay=x='90+20*t':y='150-9*t'[a2];[a2][balloon_red]overlay=x='300-14*t':y='60+12*sin(2*t)'[a3]"
    a+=";[a3][balloon_pink]overlay=x='480-25*t':y='190-14*t'[v]"
    clip "$work/balloons/trail-mix.mp4" 12 25 "=fields balloon_blue balloon_red balloon_pink" "$a" "${h264[@]}" -crf 24 "${aac[@]}"
    mkdir -p clip-harbor
    ff -i "$work/balloons/trail-mix.mp4" -i trail-notes/ridge-at-dawn.mp4 -filter_complex \
        "[0:v]trim=0:4,setpts=PTS-STARTPTS[v1];[1:v]trim=3:8,setpts=PTS-STARTPTS[v2];[0:v]trim=9:12,setpts=PTS-STARTPTS[v3]
        ;[0:a]atrim=0:4,asetpts=PTS-STARTPTS[a1];[1:a]atrim=3:8,asetpts=PTS-STARTPTS[a2];[0:a]atrim=9:12,asetpts=PTS-STARTPTS[a3]
        ;[v1][a1][v2][a2][v3][a3]concat=n=3:v=1:a=1[v][a]" -map '[v]' -map '[a]' "${h264[@]}" -crf 29 "${aac[@]}" "${same_bytes[@]}" \
        clip-harbor/trail-mix.mp4

    copy clip-harbor/reef-flip.mp4 tide-pool/reef-walk.mp4 -vf hflip "${h264[@]}" -crf 32 "${aac[@]}"

    # Same picture, another sound.
    sound tram-new-tune 8 es+f2 165 "Mira esto. La ciudad de noche, y una cancion nueva." 13.1 132 311
    ff -i night-tram/last-tram.mp4 -i "$work/tram-new-tune.wav" -map 0:v -map 1:a "${h264[@]}" -crf 33 "${aac[@]}" "${same_bytes[@]}" \
        clip-harbor/tram-new-tune.mp4

    # Caption and logo over it.
    mkdir -p daily-finds
    draw_badge > "$work/badge.svg"
    draw_caption > "$work/caption.svg"
    ff -i kitchen-lab/citrus-soda.webm -i "$work/badge.svg" -i "$work/caption.svg" -filter_complex \
        "[1:v]${see_through}[b];[2:v]${see_through}[c];[0:v][b]overlay=x=355:y=14[o];[o][c]overlay=x=30:y=392[v]" -map '[v]' -map 0:a \
        "${h264[@]}" -crf 29 "${aac[@]}" "${same_bytes[@]}" daily-finds/soda-caption.mp4

    # Landscape in a portrait frame: the picture fills under a third of it.
    copy daily-finds/reef-boxed.mp4 tide-pool/reef-walk.mp4 -vf "scale=360:202,pad=360:640:0:219:color=0x182030" \
        "${h264[@]}" -crf 28 "${aac[@]}"

    # The middle three quarters, enlarged.
    copy daily-finds/tram-cropped.mp4 night-tram/last-tram.mp4 -vf "crop=270:480,scale=360:640" "${h264[@]}" -crf 29 "${aac[@]}"

    # A tenth faster; the voice keeps its pitch.
    copy daily-finds/ridge-fast.mp4 trail-notes/ridge-at-dawn.mp4 -vf "setpts=PTS/1.1,fps=25" -af atempo=1.1 "${h264[@]}" -crf 29 "${aac[@]}"

    # Only the sound of the river, under another picture.
    a="[poster]scale=320:320,rotate=a='0.4*t':c=#264653,hue=h='30*t',scale=480:480:flags=fast_bilinear[v]"
    clip "$work/paper-shapes.mp4" 8 25 =poster "$a" "${h264[@]}" -crf 30
    mkdir -p borrowed-tunes
    ff -i "$work/paper-shapes.mp4" -i trail-notes/river-crossing.ts -map 0:v -map 1:a -c:v copy "${aac[@]}" -t 8 "${same_bytes[@]}" \
        borrowed-tunes/paper-shapes.mp4

    # The creator's own second upload.
    copy kitchen-lab/ramen-again.mp4 kitchen-lab/ramen-in-ten.mp4 "${h264[@]}" -crf 31 "${aac[@]}"

    # Filmed off a screen: bezel, slant, two gratings that beat against each other, flicker, dull colours, a dull room.
    draw_grating 3.4 2 > "$work/grating.svg"
    a="[1:v]${see_through},loop=-1:1,settb=1/30,setpts=N[g]"
    a+=";[0:v]scale=300:532,pad=320:556:10:12:color=0x050505,pad=360:640:20:42:color=0x2c2622[p]"
    a+=";[p]perspective=x0=14:y0=22:x1=342:y1=2:x2=2:y2=628:x3=356:y3=606:sense=destination[q]"
    a+=";[q][g]overlay=x='-30+2*mod(17*t,12)':y='-20+2*sin(9*t)'[m]"
    a+=";[m]eq=brightness='0.05*sin(19*t)':saturation=0.7:contrast=0.88:eval=frame,noise=alls=6:allf=t:all_seed=5[v]"
    mkdir -p screen-room
    ff -i desk-tour/small-desk.mp4 -i "$work/grating.svg" -filter_complex "$a" -map '[v]' -map 0:a \
        -af "highpass=f=250,lowpass=f=4200,aecho=0.8:0.6:35|62:0.35|0.2" -t 8 "${h264[@]}" -crf 30 "${aac[@]}" "${same_bytes[@]}" \
        screen-room/desk-on-screen.mp4
}

make_stills() {
    local a

    sound lighthouse-story 10 en-us+f1 150 "For a hundred years somebody climbed these stairs every evening. Then the lamp learned to do it alone." 15.7 72 247
    clip quiet-frames/lighthouse-story.mp4 10 25 =lighthouse "[lighthouse]null[v]" "${h264[@]}" -crf 26 "${aac[@]}"

    sound four-places 10 de+f3 160 "Vier Orte, vier Farben. Das Meer, die Wueste, der Tee, die Mathematik." 17.3 104 277
    draw_sailboat > "$work/sailboat.svg"
    draw_cactus > "$work/cactus.svg"
    draw_tea > "$work/tea.svg"
    a="scale=640:360,setsar=1,format=yuv420p,loop=-1:1,settb=1/25,setpts=N,trim=duration=2.5"
    ff -i "$work/sailboat.svg" -i "$work/cactus.svg" -i "$work/tea.svg" -i "$work/four-places.wav" -filter_complex \
        "[0:v]${a}[v0];[1:v]${a}[v1];[2:v]${a}[v2];mandelbrot=s=640x360:start_x=-0.1011:start_y=0.9563:start_scale=0.35,trim=end_frame=1,${a}[v3]
        ;[v0][v1][v2][v3]concat=n=4,fps=25[v]" -map '[v]' -map 3:a -t 10 "${h264[@]}" -crf 26 "${aac[@]}" "${same_bytes[@]}" \
        quiet-frames/four-places.mp4

    sound stops-halfway 10 en-gb+m4 150 "We walk, we walk, and then the picture stays. Only I keep talking." 19.9 88 233
    a="[forest_back]crop=640:360:x='60*t':y=0[a1];[a1][forest_front]overlay=x='-190*t':y='6*sin(6*t)',trim=duration=5,tpad=stop_mode=clone:stop_duration=5[v]"
    clip quiet-frames/stops-halfway.mp4 10 25 "=forest_back forest_front" "$a" "${h264[@]}" -crf 28 "${aac[@]}"

    sound black-gap 10 en-us+m1 150 "Somebody trips over the cable. Three seconds later, the light is back." 21.1 116 208
    a="cellauto=s=120x90:r=25:seed=9:rule=110:ratio=0.5,scale=240:180:flags=neighbor,format=gbrp,colorchannelmixer=rr=0.9:gg=0.4:bb=0.2:br=0.1[c]"
    a+=";gradients=s=240x180:r=25:c0=0xff006e:c1=0x3a86ff:c2=0xffbe0b:n=3:seed=4:speed=0.03,format=gbrp[g];[c][g]blend=all_mode=screen,scale=480:360"
    a+=",drawbox=c=black:t=fill:enable='between(t\\,4\\,6.999)'[v]"
    clip quiet-frames/black-gap.mp4 10 25 "" "$a" "${h264[@]}" -crf 31 "${aac[@]}"

    sound talking-over 10 en-us+f5 165 "So this picture is going around. Let me tell you what it does not show, and why that matters." 23.3 80 220
    a="[mouth]scale=w=44:h='6+24*abs(sin(9*t)*sin(2.3*t))':eval=frame[m];[studio][face]overlay=x=505:y='230+3*sin(4*t)'[a1];[a1][m]overlay=x=538:y='296+3*sin(4*t)'[v]"
    clip quiet-frames/talking-over.mp4 10 25 "=studio face mouth" "$a" "${h264[@]}" -crf 26 "${aac[@]}"
}

make_poor() {
    local a

    sound blurry-garden 7 fr+f2 150 "Le jardin ce soir. Il fait presque nuit, mais regardez les papillons." 25.1 98 261
    a="[garden]crop=640:360:x='48*t':y=0[a1];[a1][butterfly]overlay=x='100+50*t':y='120+60*sin(2*t)',gblur=sigma=5:steps=1,eq=brightness=-0.28:contrast=0.6:saturation=0.6"
    a+=",noise=alls=9:allf=t:all_seed=3[v]"
    clip old-phone/blurry-garden.mp4 7 25 "=garden butterfly" "$a" "${h264[@]}" -crf 30 "${aac[@]}"

    sound blocky-market 7 id 160 "Pasar pagi ini ramai sekali. Buahnya segar, harganya murah." 27.7 120 301
    a="[market]crop=640:360:x='38*t':y=0[a1];[a1][shopper]overlay=x='560-70*t':y='150+5*abs(sin(6*t))',scale=176:144[v]"
    clip "$work/blocky-market.mp4" 7 25 "=market shopper" "$a" -c:v mpeg4 -qscale:v 24 "${aac[@]}"
    copy old-phone/blocky-market.mp4 "$work/blocky-market.mp4" -vf scale=640:360 "${h264[@]}" -crf 27 "${aac[@]}"

    a="[gear_brass]rotate=a='t':c=none[g1];[gear_copper]rotate=a='-1.2*t':c=none[g2];[gear_steel]rotate=a='-0.75*t':c=none,scale=260:260[g3]"
    a+=";[bench_plate]crop=480:480,eq=brightness='0.04*sin(4*t)':eval=frame[b];[b][g1]overlay=x=40:y='30+8*sin(t)'[a1];[a1][g2]overlay=x=210:y='80-8*sin(t)'[a2]"
    a+=";[a2][g3]overlay=x='90+14*t':y=215[v]"
    clip old-phone/gears-no-sound.mp4 6 30 "=bench_plate gear_brass gear_copper gear_steel" "$a" "${h264[@]}" -crf 29

    sound teaser 8 en-us+f3 150 "Next week in the kitchen lab: bread, butter, and patience." 29.3 94 432
    ff -i "$work/teaser.wav" "${aac[@]}" "${same_bytes[@]}" kitchen-lab/teaser.m4a
}

make_broken() {
    local size i
    mkdir -p old-backups
    ff -f lavfi -i "testsrc2=s=320x240:r=25:d=4" "${h264[@]}" -crf 30 "${same_bytes[@]}" "$work/card.mp4"

    # The index of an MP4 stands at its end: cut away, nothing can be found.
    size="$(stat -c %s "$work/card.mp4")"
    head -c $(( size * 6 / 10 )) "$work/card.mp4" > old-backups/no-index.mp4

    printf 'Shopping list\n\n- carrots\n- two lemons\n- a new cable for the phone\n' > old-backups/notes.mp4
    : > old-backups/empty.mp4

    # Matroska can be read up to where it ends.
    ff -i "$work/card.mp4" -c copy "${same_bytes[@]}" "$work/card.mkv"
    size="$(stat -c %s "$work/card.mkv")"
    head -c $(( size * 6 / 10 )) "$work/card.mkv" > old-backups/cut-short.mkv

    # Bytes overwritten all over the coded pictures; the index stands in front and is whole.
    ff -f lavfi -i "gradients=s=320x240:r=25:d=5:n=4:c0=0x2a9d8f:c1=0xe9c46a:c2=0xe76f51:c3=0x264653:x0=0:y0=0:x1=320:y1=240:seed=11:speed=0.05" -f lavfi -i "sine=f=330:d=5" -map 0:v -map 1:a "${h264[@]}" -crf 22 \
        "${aac[@]}" -movflags +faststart "${same_bytes[@]}" old-backups/flipped-bits.mp4
    size="$(stat -c %s old-backups/flipped-bits.mp4)"
    for (( i = 0; i < 40; i++ )); do
        printf '\xa5' | dd of=old-backups/flipped-bits.mp4 bs=1 conv=notrunc status=none seek=$(( size / 3 + i * (size / 2) / 40 ))
    done
}
