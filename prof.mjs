import { EpisodeReader } from "@throughline/envs";
import { LearningHistory, Curriculum, spacedLevels, sampling, SequenceAssembler } from "@throughline/cec";
import { scope } from "@throughline/torch";
const ladder = new EpisodeReader("/work/learn/data/cec/source/goal-ladder/artifacts/episodes");
const histories=[0,1,2].map(level=>new LearningHistory(ladder,{level,gate:false}));
const td = new Curriculum(spacedLevels(histories,{episodes:300}),{sampling:sampling.taskDifficulty({most:3})});
const a = new SequenceAssembler(td,{chunk:128});
for (let e=0;e<4;e++){ const t=process.cpuUsage(); const w=performance.now();
for (let i=0;i<75;i++) scope(()=>{ a.batch([0,1,2,3].map(j=>td.sequence({seed:1,epoch:e,index:4*i+j}))); });
const u=process.cpuUsage(t); console.log(e, ((u.user+u.system)/75e3).toFixed(1),"ms cpu a batch", ((performance.now()-w)/75).toFixed(1),"ms"); }
